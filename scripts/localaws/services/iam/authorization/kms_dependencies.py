"""Keys that a service uses for the caller, with the caller's own rights: what is asked of KMS besides. Reads moto only.

Not judged: keys of logs, alarms, disks, functions and jobs (there a grant or the service's own rights count), and keys
that AWS manages, whose policy lets in everybody who comes through the service.
https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html
https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import unquote

from generators.iam.conditions import Values
from scripts.localaws.core.caller import Caller
from scripts.localaws.core.request import AwsRequest
from scripts.localaws.services.iam.authorization.resource_lookup import backend, find_resource
from scripts.localaws.services.s3.policy import Bucket, bucket_of

_WRITES = {
    "PutObject": ("GenerateDataKey",),
    "CopyObject": ("GenerateDataKey",),
    "CreateMultipartUpload": ("GenerateDataKey", "Decrypt"),  # its parts are read again
}
_MESSAGES = {
    ("sns", "Publish"): ("GenerateDataKey", "Decrypt"),
    ("sns", "PublishBatch"): ("GenerateDataKey", "Decrypt"),
    ("sqs", "SendMessage"): ("GenerateDataKey", "Decrypt"),
    ("sqs", "SendMessageBatch"): ("GenerateDataKey", "Decrypt"),
    ("sqs", "ReceiveMessage"): ("Decrypt",),
}
_SECRETS = {"GetSecretValue": ("Decrypt",), "PutSecretValue": ("GenerateDataKey", "Decrypt")}
_HEAD = "x-amz-server-side-encryption"


class KmsDependency(NamedTuple):
    """One use of a key: the operation of KMS, the key as it is named there, and what it is for."""

    operation: str
    key: str
    account: str
    region: str
    context: tuple[str, str]  # of the encryption


def kms_dependencies(
    call: AwsRequest, caller: Caller, arns: tuple[str, ...]
) -> Iterator[tuple[str, str, dict[str, Values]]]:
    """Action, ARN of the key and condition keys, for each key that the request makes the service use."""
    assert call.service is not None
    for use in _SERVICES.get(call.service.prefix, _none)(call, arns) if arns and caller.account else ():
        head = f"arn:aws:kms:{use.region}:{use.account}:"
        path = use.key if use.key.startswith("alias/") else f"key/{use.key}"
        key = find_resource(use.key if use.key.startswith("arn:") else head + path, use.region)
        if key is not None:  # else AWS's own, or none: the service itself says so
            name, value = use.context
            via = f"{call.service.prefix}.{use.region}.amazonaws.com"
            more = {"kms:viaservice": (via,), "aws:viaawsservice": ("true",), "kms:encryptioncontextkeys": (name,)}
            yield f"kms:{use.operation}", key.arn, {**more, f"kms:encryptioncontext:{name.lower()}": (value,)}


def _none(_: AwsRequest, __: tuple[str, ...]) -> Iterator[KmsDependency]:
    yield from ()


def _of_s3(call: AwsRequest, arns: tuple[str, ...]) -> Iterator[KmsDependency]:
    if call.operation == "GetObject":
        yield from _read(arns[0], str(call.params.get("VersionId") or ""))
    if source := call.request.headers.get("x-amz-copy-source", ""):
        path, _, version = unquote(source).lstrip("/").partition("?versionId=")
        yield from _read(f"arn:aws:s3:::{path}", version)
    bucket = bucket_of(arns[0])
    key = _chosen(call.request.headers, bucket) if bucket and call.operation in _WRITES else ""
    if bucket and key:
        yield from (_through(bucket, operation, key, arns[0]) for operation in _WRITES[call.operation])


def _read(arn: str, version: str) -> Iterator[KmsDependency]:
    bucket = bucket_of(arn)
    known = bucket.keys.getlist(arn.partition("/")[2], []) if bucket else []
    held: Any = next((it for it in reversed(known) if not version or it.version_id == version), None)
    if bucket and str(getattr(held, "encryption", "")).startswith("aws:kms") and held.kms_key_id:
        yield _through(bucket, "Decrypt", held.kms_key_id, arn)


def _chosen(headers: Mapping[str, str], bucket: Bucket) -> str:
    """The key that the request names, else the bucket's own; "" for another kind of encryption."""
    rule = (bucket.encryption or {}).get("Rule", {}).get("ApplyServerSideEncryptionByDefault", {})
    own = str(rule.get("KMSMasterKeyID") or "") if str(rule.get("SSEAlgorithm")).startswith("aws:kms") else ""
    kind = headers.get(_HEAD, "")
    if kind and not kind.startswith("aws:kms"):
        return ""
    return headers.get(f"{_HEAD}-aws-kms-key-id") or own


def _through(bucket: Bucket, operation: str, key: str, arn: str) -> KmsDependency:
    """With a bucket key, the bucket is what is encrypted."""
    whole = str((bucket.encryption or {}).get("Rule", {}).get("BucketKeyEnabled", "")).lower() == "true"
    what = arn.partition("/")[0] if whole else arn
    return KmsDependency(operation, key, str(bucket.account_id), str(bucket.region_name), ("aws:s3:arn", what))


def _of_ssm(call: AwsRequest, arns: tuple[str, ...]) -> Iterator[KmsDependency]:
    operation, params = call.operation, call.params
    if operation == "PutParameter" and params.get("Type") == "SecureString" and params.get("KeyId"):
        yield _for(arns[0], "Encrypt", params["KeyId"], "PARAMETER_ARN")
    if not params.get("WithDecryption"):
        return
    for arn in arns if operation.startswith("GetParameter") else ():
        ssm, name = backend("ssm", (arn.split(":")[4], arn.split(":")[3])), arn.partition(":parameter")[2]
        for held in _parameters(ssm, name, deep=operation == "GetParametersByPath") if ssm else ():
            if held.parameter_type == "SecureString" and held.keyid:
                yield _for(arn, "Decrypt", held.keyid, "PARAMETER_ARN")


def _parameters(ssm: Any, name: str, *, deep: bool) -> list[Any]:
    kept, plain = ssm._parameters, name.strip("/")  # moto drops the slash of a name without others
    below = f"{plain}/" if plain else ""
    names = [it for it in list(kept) if it.lstrip("/") == plain or (deep and it.lstrip("/").startswith(below))]
    return [kept.get(it)[-1] for it in names if kept.get(it)]


def _of_messages(call: AwsRequest, arns: tuple[str, ...]) -> Iterator[KmsDependency]:
    assert call.service is not None
    service = call.service.prefix
    held = backend(service, (arns[0].split(":")[4], arns[0].split(":")[3]))
    things = (held.topics if service == "sns" else held.queues) if held else {}
    thing = things.get(arns[0] if service == "sns" else arns[0].rpartition(":")[2])
    key = str(getattr(thing, "kms_master_key_id", "") or "")
    for operation in _MESSAGES.get((service, call.operation), ()) if key else ():
        yield _for(arns[0], operation, key, f"aws:{service}:arn")


def _of_secrets(call: AwsRequest, arns: tuple[str, ...]) -> Iterator[KmsDependency]:
    secret = backend("secretsmanager", (arns[0].split(":")[4], arns[0].split(":")[3]))
    held: Any = secret.secrets.get(arns[0]) or secret.secrets.get(arns[0].partition(":secret:")[2]) if secret else None
    for operation in _SECRETS.get(call.operation, ()) if held and held.kms_key_id else ():
        yield _for(held.arn, operation, held.kms_key_id, "SecretARN")


def _for(arn: str, operation: str, key: str, context: str) -> KmsDependency:
    return KmsDependency(operation, key, arn.split(":")[4], arn.split(":")[3], (context, arn))


_SERVICES = {"s3": _of_s3, "ssm": _of_ssm, "sns": _of_messages, "sqs": _of_messages, "secretsmanager": _of_secrets}
