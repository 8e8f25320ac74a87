"""What IAM calls a request: its action and its resources. Pure; one row per exception.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from generators.policy.operations import ACTIONS

# IAM prefix, part of the operation's name (- any), resource; ~ is the regional, ~~ the global head of an ARN.
_RESOURCES = """
ssm Parameter ~parameter/{Name}
ssm Parameter ~parameter/{Names}
ssm Parameter ~parameter/{Path}
kms - ~key/{KeyId}
iam Role ~~role/{RoleName}
iam InstanceProfile ~~instance-profile/{InstanceProfileName}
iam User ~~user/{UserName}
iam Policy ~~policy/{PolicyArn}
iam CreatePolicy ~~policy/{PolicyName}
logs - ~log-group:{logGroupName}:log-stream:{logStreamName}
logs - ~log-group:{logGroupName}:log-stream:
lambda - ~function:{FunctionName}
sns - {TopicArn}
sns CreateTopic ~{Name}
sqs CreateQueue ~{QueueName}
states - {stateMachineArn}
states - {executionArn}
states - {mapRunArn}
codebuild - ~project/{projectName}
codebuild - ~project/{name}
codebuild BatchGetProjects ~project/{names}
codebuild BatchGetReportGroups ~report-group/{reportGroupArns}
codecommit - {resourceArn}
codecommit - ~{repositoryName}
codepipeline - {resourceArn}
codepipeline - ~{name}
events Rule ~rule/{Name}
events Targets ~rule/{Rule}
ecr - ~repository/{repositoryName}
elasticfilesystem - ~file-system/{FileSystemId}
codeartifact - ~repository/{domain}/{repository}
codeartifact - ~domain/{domain}
cloudformation - ~stack/{StackName}/*
elasticmapreduce - ~cluster/{ClusterId}
elasticmapreduce - ~cluster/{ResourceId}
elasticmapreduce TerminateJobFlows ~cluster/{JobFlowIds}
emr-serverless - {resourceArn}
emr-serverless - ~/applications/{applicationId}
sagemaker - {ResourceArn}
sagemaker - ~app/{DomainId}/{UserProfileName}/{AppType}/{AppName}
sagemaker - ~app/{DomainId}/{SpaceName}/{AppType}/{AppName}
sagemaker - ~user-profile/{DomainId}/{UserProfileName}
sagemaker - ~space/{DomainId}/{SpaceName}
sagemaker Domain ~domain/{DomainId}
sagemaker - ~studio-lifecycle-config/{StudioLifecycleConfigName}
sagemaker DescribeImageVersion ~image-version/{ImageName}/*
sagemaker DeleteImageVersion ~image-version/{ImageName}/*
sagemaker UpdateImageVersion ~image-version/{ImageName}/*
sagemaker - ~image/{ImageName}
sagemaker - ~app-image-config/{AppImageConfigName}
sagemaker Project ~project/{ProjectName}
sagemaker - ~pipeline/{PipelineName}
sagemaker - ~model-package-group/{ModelPackageGroupName}
sagemaker - ~endpoint/{EndpointName}
sagemaker - ~model/{ModelName}
"""
_ROWS = tuple(tuple(line.split()) for line in _RESOURCES.strip().splitlines())
_FIELD = re.compile(r"{(\w+)}")
_ROLE = re.compile(r"arn:aws:iam::\d{12}:role/.+")
_PASSES_ROLES = frozenset(
    [
        "sagemaker",
        "lambda",
        "events",
        "cloudformation",
        "states",
        "codebuild",
        "codepipeline",
        "config",
        "cloudtrail",
        "elasticmapreduce",
    ]
)


def action(prefix: str, operation: str, params: Mapping[str, Any]) -> str:
    """Such as s3:GetObject for HeadObject."""
    name = ACTIONS.get(f"{prefix}:{operation}", operation)
    if prefix == "s3" and name in ("GetObject", "DeleteObject") and params.get("VersionId"):
        name += "Version"
    return f"{prefix}:{name}"


def resources(prefix: str, operation: str, params: Mapping[str, Any], region: str, account: str) -> tuple[str, ...]:
    """The ARNs that the request is about; () when no row knows them."""
    if prefix == "s3":
        return _s3(params)
    for of, part, template in _ROWS:
        keys = _FIELD.findall(template)
        if of == prefix and (part == "-" or part in operation) and all(params.get(key) for key in keys):
            head = template.replace("~~", f"arn:aws:{prefix}::{account}:").replace(
                "~", f"arn:aws:{prefix}:{region}:{account}:"
            )
            return tuple(_filled(head, keys, params))
    return ()


def _filled(template: str, keys: list[str], params: Mapping[str, Any]) -> Iterator[str]:
    """One ARN for each value of the last key; an alias names its key only to KMS."""
    last = params[keys[-1]]
    for value in map(str, last if isinstance(last, list) else [last]):
        if value.startswith("arn:"):
            yield value
        elif not value.startswith("alias/"):
            plain = value.lstrip("/") if "parameter/" in template else value
            yield template.format(**{**params, keys[-1]: plain})


def _s3(params: Mapping[str, Any]) -> tuple[str, ...]:
    bucket, key = params.get("Bucket"), params.get("Key")
    if not bucket:
        return ()
    return (f"arn:aws:s3:::{bucket}/{key}" if key else f"arn:aws:s3:::{bucket}",)


def passed_roles(prefix: str, value: Any, key: str = "") -> Iterator[str]:
    """Role ARNs in parameters named like a role, for services to which a role is passed (iam:PassRole)."""
    if prefix not in _PASSES_ROLES:
        return
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from passed_roles(prefix, inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from passed_roles(prefix, inner, key)
    elif isinstance(value, str) and "role" in key.lower() and _ROLE.fullmatch(value):
        yield value


def tags(params: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    """The tags that a request sends, in any of AWS's three spellings."""
    sent = params.get("Tags") or params.get("tags") or []
    if isinstance(sent, Mapping):
        return tuple((str(key), str(value)) for key, value in sent.items())
    pairs = (
        (tag.get("Key", tag.get("key")), tag.get("Value", tag.get("value", "")))
        for tag in sent
        if isinstance(tag, Mapping)
    )
    return tuple((str(key), str(value)) for key, value in pairs if key)
