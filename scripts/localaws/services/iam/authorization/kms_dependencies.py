"""KMS permissions that a call needs in addition to its own action, for example kms:GenerateDataKey for PutObject.

The service uses the key with the caller's own permissions. Not covered: keys of logs, alarms, disks, functions and jobs
(a grant or the service's own permissions apply), and AWS managed keys, whose policy allows every caller of the service.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html
https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import unquote

from generators.iam.conditions import Values
from scripts.localaws.core.request import AwsRequest
from scripts.localaws.services.iam.authorization.authorization_request import RequestBuilder
from scripts.localaws.services.iam.authorization.key_states import missing_key
from scripts.localaws.services.iam.authorization.resource_lookup import ResourceResolver, backend
from scripts.localaws.services.s3.policy import Bucket

_S3_WRITES = {
    "PutObject": ("GenerateDataKey",),
    "CopyObject": ("GenerateDataKey",),
    "CreateMultipartUpload": ("GenerateDataKey", "Decrypt"),  # S3 reads the parts again
}
_MESSAGES = {
    ("sns", "Publish"): ("GenerateDataKey", "Decrypt"),
    ("sns", "PublishBatch"): ("GenerateDataKey", "Decrypt"),
    ("sqs", "SendMessage"): ("GenerateDataKey", "Decrypt"),
    ("sqs", "SendMessageBatch"): ("GenerateDataKey", "Decrypt"),
    ("sqs", "ReceiveMessage"): ("Decrypt",),
}
_SECRETS = {"GetSecretValue": ("Decrypt",), "PutSecretValue": ("GenerateDataKey", "Decrypt")}
_ENCRYPTION_HEADER = "x-amz-server-side-encryption"


class KmsDependency(NamedTuple):
    """One KMS operation: the key as the resource names it, and the encryption context."""

    operation: str
    key: str
    account: str
    region: str
    context: tuple[str, str]


def required_actions(
    call: AwsRequest, builder: RequestBuilder, arns: tuple[str, ...]
) -> Iterator[tuple[str, str, dict[str, Values]]]:
    """Action, key ARN and condition keys, for each use of a key by the service."""
    assert call.service is not None
    dependencies = _SERVICES.get(call.service.prefix)
    if dependencies is None or not arns or not builder.caller.account:
        return
    for dependency in dependencies(call, arns, builder.resources):
        arn = _key_arn(dependency)
        key = builder.resources.find(arn)
        if key is None and "alias/aws/" not in arn:
            raise missing_key(call.service.prefix, arn)
        if key is not None:  # else an AWS managed key
            name, value = dependency.context
            via = f"{call.service.prefix}.{dependency.region}.amazonaws.com"
            values: dict[str, Values] = {
                "kms:viaservice": (via,),
                "aws:viaawsservice": ("true",),
                "kms:encryptioncontextkeys": (name,),
                f"kms:encryptioncontext:{name.lower()}": (value,),
            }
            yield f"kms:{dependency.operation}", key.arn, values


def _key_arn(dependency: KmsDependency) -> str:
    key = dependency.key
    if key.startswith("arn:"):
        return key
    path = key if key.startswith("alias/") else f"key/{key}"
    return f"arn:aws:kms:{dependency.region}:{dependency.account}:{path}"


def _s3(call: AwsRequest, arns: tuple[str, ...], resources: ResourceResolver) -> Iterator[KmsDependency]:
    if call.operation == "GetObject":
        yield from _object_read(resources.bucket(arns[0]), arns[0], str(call.params.get("VersionId") or ""))
    if source := call.request.headers.get("x-amz-copy-source", ""):
        path, _, version = unquote(source).lstrip("/").partition("?versionId=")
        arn = f"arn:aws:s3:::{path}"
        yield from _object_read(resources.bucket(arn), arn, version)
    bucket = resources.bucket(arns[0]) if call.operation in _S3_WRITES else None
    key = _key_of_write(call.request.headers, bucket) if bucket else ""
    if bucket and key:
        yield from (_s3_dependency(bucket, operation, key, arns[0]) for operation in _S3_WRITES[call.operation])


def _object_read(bucket: Bucket | None, arn: str, version: str) -> Iterator[KmsDependency]:
    versions = bucket.keys.getlist(arn.partition("/")[2], []) if bucket else []
    stored: Any = next((each for each in reversed(versions) if not version or each.version_id == version), None)
    if bucket and str(getattr(stored, "encryption", "")).startswith("aws:kms") and stored.kms_key_id:
        yield _s3_dependency(bucket, "Decrypt", stored.kms_key_id, arn)


def _key_of_write(headers: Mapping[str, str], bucket: Bucket) -> str:
    """The key in the request, else the bucket's default key; "" for other encryption."""
    rule = (bucket.encryption or {}).get("Rule", {}).get("ApplyServerSideEncryptionByDefault", {})
    default = str(rule.get("KMSMasterKeyID") or "") if str(rule.get("SSEAlgorithm")).startswith("aws:kms") else ""
    algorithm = headers.get(_ENCRYPTION_HEADER, "")
    if algorithm and not algorithm.startswith("aws:kms"):
        return ""
    return headers.get(f"{_ENCRYPTION_HEADER}-aws-kms-key-id") or default


def _s3_dependency(bucket: Bucket, operation: str, key: str, arn: str) -> KmsDependency:
    """With an S3 Bucket Key the encryption context is the bucket, else the object."""
    is_bucket_key = str((bucket.encryption or {}).get("Rule", {}).get("BucketKeyEnabled", "")).lower() == "true"
    context = ("aws:s3:arn", arn.partition("/")[0] if is_bucket_key else arn)
    return KmsDependency(operation, key, str(bucket.account_id), str(bucket.region_name), context)


def _ssm(call: AwsRequest, arns: tuple[str, ...], _: ResourceResolver) -> Iterator[KmsDependency]:
    operation, params = call.operation, call.params
    if operation == "PutParameter" and params.get("Type") == "SecureString" and params.get("KeyId"):
        yield _dependency(arns[0], "Encrypt", params["KeyId"], "PARAMETER_ARN")
    if not params.get("WithDecryption"):
        return
    for arn in arns if operation.startswith("GetParameter") else ():
        ssm, name = backend("ssm", (arn.split(":")[4], arn.split(":")[3])), arn.partition(":parameter")[2]
        for parameter in _parameters(ssm, name, recursive=operation == "GetParametersByPath") if ssm else ():
            if parameter.parameter_type == "SecureString" and parameter.keyid:
                yield _dependency(arn, "Decrypt", parameter.keyid, "PARAMETER_ARN")


def _parameters(ssm: Any, name: str, *, recursive: bool) -> list[Any]:
    parameters, plain = ssm._parameters, name.strip("/")  # moto drops the slash of a name without others
    folder = f"{plain}/" if plain else ""
    names = [
        each
        for each in list(parameters)
        if each.lstrip("/") == plain or (recursive and each.lstrip("/").startswith(folder))
    ]
    return [parameters.get(each)[-1] for each in names if parameters.get(each)]


def _messages(call: AwsRequest, arns: tuple[str, ...], resources: ResourceResolver) -> Iterator[KmsDependency]:
    assert call.service is not None
    service = call.service.prefix
    resource = resources.find(arns[0])
    if resource is not None and resource.kms_key:
        for operation in _MESSAGES.get((service, call.operation), ()):
            yield _dependency(arns[0], operation, resource.kms_key, f"aws:{service}:arn")


def _secrets(call: AwsRequest, arns: tuple[str, ...], resources: ResourceResolver) -> Iterator[KmsDependency]:
    secret = resources.find(arns[0])
    if secret is not None and secret.kms_key:
        for operation in _SECRETS.get(call.operation, ()):
            yield _dependency(secret.arn, operation, secret.kms_key, "SecretARN")


def _dependency(arn: str, operation: str, key: str, context: str) -> KmsDependency:
    return KmsDependency(operation, key, arn.split(":")[4], arn.split(":")[3], (context, arn))


_SERVICES = {"s3": _s3, "ssm": _ssm, "sns": _messages, "sqs": _messages, "secretsmanager": _secrets}
