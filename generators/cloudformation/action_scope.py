"""What an action reaches and what CloudFormation sends with it, for one resource. Pure.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from generators.cloudformation import arn_formats
from generators.cloudformation.resource import Resource, fill_arn, leaves, strings_at
from generators.iam import service_reference

_EVERYWHERE = ("*",)
# Beside its own type: what EC2 and SageMaker want to see allowed in the same request.
_ALSO = {
    "ec2:CreateSecurityGroup": "vpc",
    "kms:CreateAlias": "key",
    "kms:UpdateAlias": "key",
    "kms:DeleteAlias": "key",
    "sagemaker:CreateEndpoint": "endpoint-config",
    "sagemaker:CreateInferenceComponent": "endpoint",
    "sagemaker:UpdateInferenceComponent": "endpoint",
    "sagemaker:UpdateEndpoint": "endpoint-config",
}
# Words in the names of properties that hold another resource's ARN or name; others: the type's own name.
_REFERS = {"key": ("kms", "key"), "bucket": ("bucket",), "object": ("s3",), "image-version": ("image",)}
_INSIDE = frozenset({"image-version"})  # named as what they belong to, and by something of their own
# The actions that take the key of the boundary, and change what a role may do.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
_BOUND = """
iam:AttachRolePolicy iam:CreateRole iam:DeleteRolePolicy iam:DetachRolePolicy iam:PutRolePermissionsBoundary
iam:PutRolePolicy
"""
BOUND = frozenset(_BOUND.split())
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_actions-resources-contextkeys.html: service-linked
_LINKED = {
    "AWS::EMR::Cluster": "elasticmapreduce.amazonaws.com",
    "AWS::EMRServerless::Application": "ops.emr-serverless.amazonaws.com",
}
# To whom a role is passed where it is not the service of the resource itself: (type, property) -> service.
_PASSED = {
    ("AWS::EMR::Cluster", "JobFlowRole"): "ec2",
    ("AWS::EMR::Cluster", "AutoScalingRole"): "application-autoscaling",
    ("AWS::StepFunctions::StateMachine", "RoleArn"): "states",
    ("AWS::SNS::Topic", "SuccessFeedbackRoleArn"): "sns",
    ("AWS::ApplicationAutoScaling::ScalableTarget", "RoleARN"): "application-autoscaling",
}
# The tag of a thing that is being made is in the request: the key that says so.
_TAGGING = {
    "ec2:CreateTags": ("ec2:CreateAction", "CreateSecurityGroup"),
    "kms:TagResource": ("aws:RequestTag/product", ""),
    "elasticmapreduce:AddTags": ("aws:RequestTag/product", ""),
    "emr-serverless:TagResource": ("aws:RequestTag/product", ""),
    "codeconnections:TagResource": ("aws:RequestTag/product", ""),
    "codestar-connections:TagResource": ("aws:RequestTag/product", ""),
}

# The object of S3 that AWS reads for a resource: its bucket and its key.
_OBJECTS = {"AWS::CodeCommit::Repository": (("Code", "S3", "Bucket"), ("Code", "S3", "Key"))}
_READS = ("s3:GetObject", "s3:GetObjectVersion")

ConditionContext = tuple[tuple[str, str, str], ...]  # operator, key, value


@dataclass(frozen=True, slots=True)
class Scope:
    """Resources that an action reaches together under one condition."""

    resources: tuple[str, ...]
    sent: ConditionContext = ()


def scopes(action: str, handler: str, thing: Resource) -> Iterator[Scope]:
    """Where the action must be allowed; several when it is sent with different values."""
    if action == "iam:PassRole":
        yield from _passing(thing)
    elif action == "iam:CreateServiceLinkedRole":
        yield _linked(thing)
    elif action == "elasticfilesystem:CreateFileSystem":
        yield Scope((thing.place.arn("arn:${Partition}:elasticfilesystem:${Region}:${Account}:file-system/*"),),
                    (("Bool", "aws:ViaAWSService", "true"),))  # fmt: skip
    else:
        found = _reached(action, thing)
        yield Scope(found, () if found == _EVERYWHERE else _sent(action, handler, thing))


def _reached(action: str, thing: Resource) -> tuple[str, ...]:
    service, own = arn_formats.own(thing.kind)
    acts_on = service_reference.acts_on(action) or ()
    if not acts_on:
        return _EVERYWHERE
    if action in _READS and thing.kind in _OBJECTS:
        buckets, keys = (strings_at(thing.props, *path) or ("*",) for path in _OBJECTS[thing.kind])
        return _sorted([thing.place.arn(f"arn:${{Partition}}:s3:::{it}/{key}") for it in buckets for key in keys])
    if action.startswith(f"{service}:") and own in acts_on:
        others = [it for it in acts_on if _ALSO.get(action) == it]
        return _sorted([*thing.arns, *(arn for it in others for arn in _others(action, it, thing))])
    return _sorted([arn for it in acts_on for arn in _others(action, it, thing)])


def _others(action: str, resource_type: str, thing: Resource) -> Iterator[str]:
    """Resources of another type: those that its properties name, else all of the type."""
    service = action.partition(":")[0]
    forms = [thing.place.arn(form) for form in service_reference.arn_forms(service, resource_type)]
    words = _REFERS.get(resource_type, (resource_type.replace("-", ""),))
    ends = {f"{word}{end}" for word in words for end in ("name", "id", "")}
    named = [(key.lower(), text) for key, text in leaves(thing.props) if any(word in key.lower() for word in words)]
    inside = "/*" if resource_type in _INSIDE else ""
    for form in forms:
        arns = [text for _, text in named if _is_such(text, form)]
        plain = [
            fill_arn(form, f"{text}{inside}") for key, text in named if key in ends and not text.startswith("arn:")
        ]
        yield from arns or plain or [fill_arn(form, "*")]


def _is_such(text: str, form: str) -> bool:
    """Whether it is an ARN of this form, or a placeholder of one."""
    return text.startswith(form.split(".*")[0]) or (text.startswith("${") and text.endswith("arn}"))


def _sorted(arns: list[str]) -> tuple[str, ...]:
    """Once each; a log group is named with and without what is inside of it.

    https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html
    """
    inside = [f"{arn}:*" for arn in arns if ":log-group:" in arn and not arn.endswith("*")]
    return tuple(sorted({*arns, *inside}))


def _passing(thing: Resource) -> Iterator[Scope]:
    """The roles that its properties name, each with the service that will take it on.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
    """
    form = thing.place.arn("arn:${Partition}:iam::${Account}:role/.*")
    for service, roles in _passed(thing).items():
        yield Scope(_sorted([fill_arn(form, role) for role in roles]),
                    (("StringEquals", "iam:PassedToService", f"{service}.amazonaws.com"),))  # fmt: skip


def _passed(thing: Resource) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for key, text in leaves(thing.props):
        if "role" in key.lower() and (":role/" in text or key.lower() in ("role", "servicerole", "jobflowrole")):
            service = _PASSED.get((thing.kind, key), _takes(thing.kind))
            found.setdefault(service, []).append(text)
    return found


def _takes(kind: str) -> str:
    """The service's own name, which is not always the prefix of its actions."""
    return "scheduler" if kind == "AWS::Scheduler::Schedule" else arn_formats.service(kind)


def _linked(thing: Resource) -> Scope:
    scaled = thing.props.get("ServiceNamespace")
    told = f"{scaled}.application-autoscaling.amazonaws.com" if scaled else ""
    service = told or _LINKED.get(thing.kind, f"{arn_formats.service(thing.kind)}.amazonaws.com")
    arn = thing.place.arn(f"arn:${{Partition}}:iam::${{Account}}:role/aws-service-role/{service}/*")
    return Scope((arn,), (("StringEquals", "iam:AWSServiceName", service),))


def _sent(action: str, handler: str, thing: Resource) -> ConditionContext:
    if action in BOUND and thing.place.boundary:
        return (("StringEquals", "iam:PermissionsBoundary", thing.place.boundary),)
    if action == "kms:CreateGrant":
        return (("Bool", "kms:GrantIsForAWSResource", "true"),)
    own = action.startswith(
        f"{arn_formats.own(thing.kind)[0]}:"
    )  # the tag is on the thing itself, not on what else is reached
    if thing.kind in arn_formats.FENCED and thing.product and own:
        return _fence(action, handler, thing)
    return ()


def _fence(action: str, handler: str, thing: Resource) -> ConditionContext:
    if handler == "create" and action in _TAGGING:
        key, value = _TAGGING[action]
        return (("StringEquals", key, value or thing.product),)
    name = action.partition(":")[2]
    made = handler == "create" and name.startswith("Create")
    return () if made else (("StringEquals", "aws:ResourceTag/product", thing.product),)
