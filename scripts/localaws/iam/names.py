"""What IAM calls a request: its action and its resources. Pure; one row per exception.

https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

# Operations whose action has another name (per IAM prefix). All others are prefix:Operation.
ACTIONS: dict[str, dict[str, str]] = {
    "s3": {
        "HeadObject": "GetObject",
        "HeadBucket": "ListBucket",
        "ListObjects": "ListBucket",
        "ListObjectsV2": "ListBucket",
        "ListObjectVersions": "ListBucketVersions",
        "ListBuckets": "ListAllMyBuckets",
        "CreateMultipartUpload": "PutObject",
        "UploadPart": "PutObject",
        "UploadPartCopy": "PutObject",
        "CompleteMultipartUpload": "PutObject",
        "CopyObject": "PutObject",
        "DeleteObjects": "DeleteObject",
        "ListParts": "ListMultipartUploadParts",
        "ListMultipartUploads": "ListBucketMultipartUploads",
        "GetBucketEncryption": "GetEncryptionConfiguration",
        "PutBucketEncryption": "PutEncryptionConfiguration",
        "DeleteBucketEncryption": "PutEncryptionConfiguration",
        "GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
        "PutBucketLifecycleConfiguration": "PutLifecycleConfiguration",
        "DeleteBucketLifecycle": "PutLifecycleConfiguration",
        "GetBucketReplication": "GetReplicationConfiguration",
        "PutBucketReplication": "PutReplicationConfiguration",
        "DeleteBucketReplication": "PutReplicationConfiguration",
        "GetBucketAccelerateConfiguration": "GetAccelerateConfiguration",
        "PutBucketAccelerateConfiguration": "PutAccelerateConfiguration",
        "GetBucketNotificationConfiguration": "GetBucketNotification",
        "PutBucketNotificationConfiguration": "PutBucketNotification",
        "GetObjectLockConfiguration": "GetBucketObjectLockConfiguration",
        "PutObjectLockConfiguration": "PutBucketObjectLockConfiguration",
        "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
        "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
        "DeletePublicAccessBlock": "PutBucketPublicAccessBlock",
        "GetBucketCors": "GetBucketCORS",
        "PutBucketCors": "PutBucketCORS",
        "DeleteBucketCors": "PutBucketCORS",
        "DeleteBucketTagging": "PutBucketTagging",
        "DeleteBucketOwnershipControls": "PutBucketOwnershipControls",
    },
    "lambda": {"Invoke": "InvokeFunction"},
    "sqs": {"SendMessageBatch": "SendMessage", "DeleteMessageBatch": "DeleteMessage"},
    "sns": {"PublishBatch": "Publish"},
}
# (part of the operation's name, the resource). The first row whose parameters are all there counts.
RESOURCES: dict[str, tuple[tuple[str, str], ...]] = {
    "ssm": tuple(
        ("Parameter", f"arn:aws:ssm:{{region}}:{{account}}:parameter/{{{key}}}") for key in ("Name", "Names", "Path")
    ),
    "kms": (("", "arn:aws:kms:{region}:{account}:key/{KeyId}"),),
    "iam": (
        ("Role", "arn:aws:iam::{account}:role/{RoleName}"),
        ("InstanceProfile", "arn:aws:iam::{account}:instance-profile/{InstanceProfileName}"),
        ("User", "arn:aws:iam::{account}:user/{UserName}"),
        ("Policy", "arn:aws:iam::{account}:policy/{PolicyArn}"),
        ("CreatePolicy", "arn:aws:iam::{account}:policy/{PolicyName}"),
    ),
    "logs": (
        ("", "arn:aws:logs:{region}:{account}:log-group:{logGroupName}:log-stream:{logStreamName}"),
        ("", "arn:aws:logs:{region}:{account}:log-group:{logGroupName}:log-stream:"),
    ),
    "lambda": (("", "arn:aws:lambda:{region}:{account}:function:{FunctionName}"),),
    "sns": (("", "{TopicArn}"), ("CreateTopic", "arn:aws:sns:{region}:{account}:{Name}")),
    "sqs": (("CreateQueue", "arn:aws:sqs:{region}:{account}:{QueueName}"),),
    "events": (
        ("Rule", "arn:aws:events:{region}:{account}:rule/{Name}"),
        ("Targets", "arn:aws:events:{region}:{account}:rule/{Rule}"),
    ),
    "ecr": (("", "arn:aws:ecr:{region}:{account}:repository/{repositoryName}"),),
    "elasticfilesystem": (("", "arn:aws:elasticfilesystem:{region}:{account}:file-system/{FileSystemId}"),),
    "codeartifact": (
        ("", "arn:aws:codeartifact:{region}:{account}:repository/{domain}/{repository}"),
        ("", "arn:aws:codeartifact:{region}:{account}:domain/{domain}"),
    ),
    "cloudformation": (("", "arn:aws:cloudformation:{region}:{account}:stack/{StackName}/*"),),
    "sagemaker": (
        ("", "{ResourceArn}"),
        ("", "arn:aws:sagemaker:{region}:{account}:app/{DomainId}/{UserProfileName}/{AppType}/{AppName}"),
        ("", "arn:aws:sagemaker:{region}:{account}:app/{DomainId}/{SpaceName}/{AppType}/{AppName}"),
        ("", "arn:aws:sagemaker:{region}:{account}:user-profile/{DomainId}/{UserProfileName}"),
        ("", "arn:aws:sagemaker:{region}:{account}:space/{DomainId}/{SpaceName}"),
        ("Domain", "arn:aws:sagemaker:{region}:{account}:domain/{DomainId}"),
        ("", "arn:aws:sagemaker:{region}:{account}:studio-lifecycle-config/{StudioLifecycleConfigName}"),
        ("", "arn:aws:sagemaker:{region}:{account}:pipeline/{PipelineName}"),
        ("", "arn:aws:sagemaker:{region}:{account}:model-package-group/{ModelPackageGroupName}"),
        ("", "arn:aws:sagemaker:{region}:{account}:endpoint/{EndpointName}"),
        ("", "arn:aws:sagemaker:{region}:{account}:model/{ModelName}"),
    ),
}
_FIELD = re.compile(r"{(\w+)}")
_ROLE = re.compile(r"arn:aws:iam::\d{12}:role/.+")
_PASSES_ROLES = frozenset({"sagemaker", "lambda", "events", "logs", "ecr"})


def action(prefix: str, operation: str, params: Mapping[str, Any]) -> str:
    """Such as s3:GetObject for HeadObject."""
    name = ACTIONS.get(prefix, {}).get(operation, operation)
    if prefix == "s3" and name in ("GetObject", "DeleteObject") and params.get("VersionId"):
        name += "Version"
    return f"{prefix}:{name}"


def resources(prefix: str, operation: str, params: Mapping[str, Any], region: str, account: str) -> tuple[str, ...]:
    """The ARNs that the request is about; () when no row knows them."""
    if prefix == "s3":
        return _s3(params)
    for part, template in RESOURCES.get(prefix, ()):
        keys = [key for key in _FIELD.findall(template) if key not in ("region", "account")]
        if part in operation and all(params.get(key) for key in keys):
            return tuple(_filled(template, keys, params, region, account))
    return ()


def _filled(template: str, keys: list[str], params: Mapping[str, Any], region: str, account: str) -> Iterator[str]:
    last = params[keys[-1]]
    for value in last if isinstance(last, list) else [last]:
        if str(value).startswith("arn:"):
            yield str(value)
        elif not str(value).startswith("alias/"):
            yield template.format(
                **{
                    **params,
                    keys[-1]: str(value).lstrip("/") if ":ssm:" in template else value,
                    "region": region,
                    "account": account,
                }
            )


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
