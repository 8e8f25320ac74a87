"""ARNs on which CloudFormation needs an action for a resource, and the condition keys of that request. Pure.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from generators.cloudformation import arn_formats
from generators.cloudformation.resource import Resource, fill_arn, leaves, strings_at
from generators.iam import service_reference

_ALL = ("*",)
# Action -> the resource type that EC2, KMS or SageMaker authorizes in the same request, in addition to its own.
_SECOND_RESOURCE_TYPES = {
    "ec2:CreateSecurityGroup": "vpc",
    "kms:CreateAlias": "key",
    "kms:UpdateAlias": "key",
    "kms:DeleteAlias": "key",
    "sagemaker:CreateEndpoint": "endpoint-config",
    "sagemaker:CreateInferenceComponent": "endpoint",
    "sagemaker:UpdateInferenceComponent": "endpoint",
    "sagemaker:UpdateEndpoint": "endpoint-config",
}
# Resource type -> parts of the names of properties with its ARN or name; for others the type's own name.
_PROPERTY_NAMES = {"key": ("kms", "key"), "bucket": ("bucket",), "object": ("s3",), "image-version": ("image",)}
_CHILD_TYPES = frozenset({"image-version"})  # its ARN is the name of its parent and a part of its own
# Actions that support iam:PermissionsBoundary and change the permissions of a role.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
_BOUNDARY_ACTIONS = """
iam:AttachRolePolicy iam:CreateRole iam:DeleteRolePolicy iam:DetachRolePolicy iam:PutRolePermissionsBoundary
iam:PutRolePolicy
"""
BOUNDARY_ACTIONS = frozenset(_BOUNDARY_ACTIONS.split())
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_actions-resources-contextkeys.html: service-linked
_SERVICE_LINKED_ROLES = {
    "AWS::EMR::Cluster": "elasticmapreduce.amazonaws.com",
    "AWS::EMRServerless::Application": "ops.emr-serverless.amazonaws.com",
}
# (type, property) -> the service that assumes the role, where it is not the service of the resource.
_ROLE_SERVICES = {
    ("AWS::EMR::Cluster", "JobFlowRole"): "ec2",
    ("AWS::EMR::Cluster", "AutoScalingRole"): "application-autoscaling",
    ("AWS::StepFunctions::StateMachine", "RoleArn"): "states",
    ("AWS::SNS::Topic", "SuccessFeedbackRoleArn"): "sns",
    ("AWS::ApplicationAutoScaling::ScalableTarget", "RoleARN"): "application-autoscaling",
}
# Tagging action -> the condition key that shows that the resource is being created, and its value ("": the product).
_TAG_ON_CREATE = {
    "ec2:CreateTags": ("ec2:CreateAction", "CreateSecurityGroup"),
    "kms:TagResource": ("aws:RequestTag/product", ""),
    "elasticmapreduce:AddTags": ("aws:RequestTag/product", ""),
    "emr-serverless:TagResource": ("aws:RequestTag/product", ""),
    "codeconnections:TagResource": ("aws:RequestTag/product", ""),
    "codestar-connections:TagResource": ("aws:RequestTag/product", ""),
}

# Properties with the bucket and the key of an S3 object that AWS reads for the resource.
_S3_OBJECTS = {"AWS::CodeCommit::Repository": (("Code", "S3", "Bucket"), ("Code", "S3", "Key"))}
_READ_ACTIONS = ("s3:GetObject", "s3:GetObjectVersion")

ConditionContext = tuple[tuple[str, str, str], ...]  # operator, key, value


@dataclass(frozen=True, slots=True)
class Scope:
    """ARNs that an action needs together under one condition."""

    resources: tuple[str, ...]
    context: ConditionContext = ()


def scopes(action: str, handler: str, resource: Resource) -> Iterator[Scope]:
    """The ARNs of an action; several scopes when the requests have different condition keys."""
    if action == "iam:PassRole":
        yield from _pass_role(resource)
    elif action == "iam:CreateServiceLinkedRole":
        yield _service_linked_role(resource)
    elif action == "elasticfilesystem:CreateFileSystem":
        yield Scope((resource.location.arn("arn:${Partition}:elasticfilesystem:${Region}:${Account}:file-system/*"),),
                    (("Bool", "aws:ViaAWSService", "true"),))  # fmt: skip
    else:
        arns = _arns(action, resource)
        yield Scope(arns, () if arns == _ALL else _context(action, handler, resource))


def _arns(action: str, resource: Resource) -> tuple[str, ...]:
    service, own_type = arn_formats.iam_resource_type(resource.type)
    types = service_reference.acts_on(action) or ()
    if not types:
        return _ALL
    if action in _READ_ACTIONS and resource.type in _S3_OBJECTS:
        buckets, keys = (strings_at(resource.properties, *path) or _ALL for path in _S3_OBJECTS[resource.type])
        return _sorted(
            resource.location.arn(f"arn:${{Partition}}:s3:::{bucket}/{key}") for bucket in buckets for key in keys
        )
    if action.startswith(f"{service}:") and own_type in types:
        second = [other for other in types if _SECOND_RESOURCE_TYPES.get(action) == other]
        return _sorted([*resource.arns, *(arn for other in second for arn in _other_arns(action, other, resource))])
    return _sorted(arn for other in types for arn in _other_arns(action, other, resource))


def _other_arns(action: str, resource_type: str, resource: Resource) -> Iterator[str]:
    """ARNs of another type: of the resources that the properties name, otherwise all of the type."""
    service = action.partition(":")[0]
    formats = [resource.location.arn(text) for text in service_reference.arn_forms(service, resource_type)]
    parts = _PROPERTY_NAMES.get(resource_type, (resource_type.replace("-", ""),))
    whole_names = {f"{part}{suffix}" for part in parts for suffix in ("name", "id", "")}
    strings = [(key.lower(), text) for key, text in leaves(resource.properties)]
    named = [(key, text) for key, text in strings if any(part in key for part in parts)]
    child = "/*" if resource_type in _CHILD_TYPES else ""
    for arn_format in formats:
        arns = [text for _, text in named if _has_format(text, arn_format)]
        names = [text for key, text in named if key in whole_names and not text.startswith("arn:")]
        yield from arns or [fill_arn(arn_format, f"{name}{child}") for name in names] or [fill_arn(arn_format, "*")]


def _has_format(text: str, arn_format: str) -> bool:
    """Whether a text is an ARN of this format, or a placeholder of an ARN."""
    return text.startswith(arn_format.split(".*")[0]) or (text.startswith("${") and text.endswith("arn}"))


def _sorted(arns: Iterable[str]) -> tuple[str, ...]:
    """Each ARN once; a log group with and without `:*`, which means its streams.

    https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html
    """
    once = set(arns)
    streams = {f"{arn}:*" for arn in once if ":log-group:" in arn and not arn.endswith("*")}
    return tuple(sorted(once | streams))


def _pass_role(resource: Resource) -> Iterator[Scope]:
    """The roles in the properties, each with the service that assumes it.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html
    """
    arn_format = resource.location.arn("arn:${Partition}:iam::${Account}:role/.*")
    for service, roles in _roles_by_service(resource).items():
        yield Scope(_sorted(fill_arn(arn_format, role) for role in roles),
                    (("StringEquals", "iam:PassedToService", f"{service}.amazonaws.com"),))  # fmt: skip


def _roles_by_service(resource: Resource) -> dict[str, list[str]]:
    roles: dict[str, list[str]] = {}
    for key, text in leaves(resource.properties):
        if "role" in key.lower() and (":role/" in text or key.lower() in ("role", "servicerole", "jobflowrole")):
            service = _ROLE_SERVICES.get((resource.type, key), _service_principal(resource.type))
            roles.setdefault(service, []).append(text)
    return roles


def _service_principal(resource_type: str) -> str:
    """The name of the service's principal, which is not always the prefix of its actions."""
    return "scheduler" if resource_type == "AWS::Scheduler::Schedule" else arn_formats.iam_service(resource_type)


def _service_linked_role(resource: Resource) -> Scope:
    scaled = resource.properties.get("ServiceNamespace")
    own_service = _SERVICE_LINKED_ROLES.get(resource.type, f"{arn_formats.iam_service(resource.type)}.amazonaws.com")
    service = f"{scaled}.application-autoscaling.amazonaws.com" if scaled else own_service
    arn = resource.location.arn(f"arn:${{Partition}}:iam::${{Account}}:role/aws-service-role/{service}/*")
    return Scope((arn,), (("StringEquals", "iam:AWSServiceName", service),))


def _context(action: str, handler: str, resource: Resource) -> ConditionContext:
    if action in BOUNDARY_ACTIONS and resource.location.permissions_boundary:
        return (("StringEquals", "iam:PermissionsBoundary", resource.location.permissions_boundary),)
    if action == "kms:CreateGrant":
        return (("Bool", "kms:GrantIsForAWSResource", "true"),)
    # The tag is on the resource itself, not on resources of other services.
    is_own_service = action.startswith(f"{arn_formats.iam_resource_type(resource.type)[0]}:")
    if resource.type in arn_formats.RESTRICTED_BY_TAG and resource.product and is_own_service:
        return _tag_context(action, handler, resource)
    return ()


def _tag_context(action: str, handler: str, resource: Resource) -> ConditionContext:
    if handler == "create" and action in _TAG_ON_CREATE:
        key, value = _TAG_ON_CREATE[action]
        return (("StringEquals", key, value or resource.product),)
    creates = handler == "create" and action.partition(":")[2].startswith("Create")
    return () if creates else (("StringEquals", "aws:ResourceTag/product", resource.product),)
