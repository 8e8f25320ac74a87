"""The actions that a request requires, each on a resource with condition keys. Reads, changes nothing.

A request may require more than its own action: to pass a role, to read the source of a copy, to tag a new resource, to
use a key.
"""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from urllib.parse import unquote

from moto.iam.models import iam_backends

from generators.iam.conditions import Values
from scripts.localaws.core.request import AwsRequest, keep_body
from scripts.localaws.services.iam.authorization import (
    condition_keys,
    kms_dependencies,
    request_condition_keys,
    resource_arns,
)
from scripts.localaws.services.iam.authorization.authorization_request import RequestBuilder, ResolvedRequest
from scripts.localaws.services.iam.authorization.resource_lookup import backend

_RequiredAction = tuple[str, str | None, Mapping[str, Values]]  # action, resource ARN, condition keys
_OBJECT = re.compile(rb"<Object>(.*?)</Object>", re.DOTALL)
_KEY, _VERSION = re.compile(rb"<Key>(.*?)</Key>", re.DOTALL), re.compile(rb"<VersionId>(.+?)</VersionId>")
_KEY_ID_LENGTH = 36  # bytes at the start of moto's ciphertext


def authorization_requests(call: AwsRequest, builder: RequestBuilder) -> Iterator[ResolvedRequest]:
    """One authorization request for every action that must be allowed."""
    for action, arn, values in _required_actions(call, builder):
        yield builder.build(action, arn, {**_bucket_region(call, builder, arn), **values})


def _bucket_region(call: AwsRequest, builder: RequestBuilder, arn: str | None) -> dict[str, Values]:
    """S3 redirects a request to the bucket's own region and authorizes it there."""
    bucket = builder.resources.bucket(arn) if call.streams and arn else None
    return {"aws:requestedregion": (str(bucket.region_name),)} if bucket else {}


def _required_actions(call: AwsRequest, builder: RequestBuilder) -> Iterator[_RequiredAction]:
    assert call.service is not None
    prefix = call.service.prefix
    action = resource_arns.action(prefix, call.operation, call.params)
    if call.service.model == "s3control":
        action = action.replace("BucketPublicAccessBlock", "AccountPublicAccessBlock")
    values, arns = condition_keys.request_values(call, builder.caller), tuple(_resource_arns(call, builder))
    operation_actions = _OPERATION_ACTIONS.get((prefix, call.operation))
    if operation_actions:
        yield from operation_actions(call, builder, values)
    else:
        yield from ((action, arn, values) for arn in arns or (None,))
    source = call.request.headers.get("x-amz-copy-source") if call.streams else None
    if source:
        yield "s3:GetObject", f"arn:aws:s3:::{unquote(source).lstrip('/').partition('?')[0]}", values
    if call.streams and _bypasses_governance(call, builder, arns):
        yield "s3:BypassGovernanceRetention", arns[0], values
    pass_values = {**values, "iam:passedtoservice": (f"{prefix}.amazonaws.com",)}
    for role in set(resource_arns.passed_roles(prefix, call.params)):
        yield "iam:PassRole", role, pass_values
    for key_action, arn, key_values in kms_dependencies.required_actions(call, builder, arns):
        yield key_action, arn, {**key_values, "aws:requestedregion": (arn.split(":")[3],)}


def _bypasses_governance(call: AwsRequest, builder: RequestBuilder, arns: tuple[str, ...]) -> bool:
    """Whether the request wants to change or delete a version under GOVERNANCE all the same."""
    bucket = builder.resources.bucket(arns[0]) if arns else None
    bypasses = call.request.headers.get("x-amz-bypass-governance-retention", "").lower() == "true"
    versions = bucket.keys.getlist(arns[0].partition("/")[2], []) if bucket and bypasses else []
    return any(getattr(version, "lock_mode", "") == "GOVERNANCE" for version in versions)


def _resource_arns(call: AwsRequest, builder: RequestBuilder) -> Iterable[str]:
    """The ARNs of the resources; a key's alias and an IAM name without its path are replaced by the ARN."""
    assert call.service is not None
    prefix = call.service.prefix
    arns = resource_arns.resources(prefix, call.operation, call.params, call.region, builder.caller.account)
    if prefix == "iam":
        return _with_paths(call, builder.caller.account, arns)
    if prefix in ("kms", "secretsmanager"):
        return [_canonical(builder, arn) for arn in arns]
    return arns


def _canonical(builder: RequestBuilder, arn: str) -> str:
    resource = builder.resources.find(arn)
    return resource.arn if resource else arn


def _with_paths(call: AwsRequest, account: str, arns: tuple[str, ...]) -> Iterable[str]:
    iam = iam_backends[account]["aws"]
    entities = [*iam.roles.values(), *iam.users.values(), *iam.groups.values()]
    entity_arns = {f"{entity.arn.partition('/')[0]}/{entity.name}": entity.arn for entity in entities}
    path = (call.params.get("Path") or "/").lstrip("/")
    return [entity_arns.get(arn, arn.replace("/", f"/{path}", 1)) for arn in arns]


def _put_events(call: AwsRequest, builder: RequestBuilder, values: Mapping[str, Values]) -> Iterator[_RequiredAction]:
    """Each entry has an event bus and a source of its own."""
    account = builder.caller.account
    for entry in call.params.get("Entries") or ():
        entry_values = dict(request_condition_keys.parameter_context("events", entry, call.region, account))
        for arn in resource_arns.resources("events", "PutEvents", entry, call.region, account):
            yield "events:PutEvents", arn, {**values, **entry_values}


def _delete_objects(call: AwsRequest, _: RequestBuilder, values: Mapping[str, Values]) -> Iterator[_RequiredAction]:
    """Every key in the body. AWS answers for each key; here one denied key denies the request."""
    keep_body(call.environ)
    body = call.environ["wsgi.input"].getvalue()
    for item in _OBJECT.findall(body):
        key = html.unescape(b"".join(_KEY.findall(item)[:1]).decode())
        action = "s3:DeleteObjectVersion" if _VERSION.search(item) else "s3:DeleteObject"
        yield action, f"arn:aws:s3:::{call.params['Bucket']}/{key}", values


def _decrypt(call: AwsRequest, builder: RequestBuilder, values: Mapping[str, Values]) -> Iterator[_RequiredAction]:
    """The ciphertext contains the id of its key."""
    action = {"ReEncrypt": "ReEncryptFrom"}.get(call.operation, call.operation)
    key = call.params.get("KeyId") or call.params.get("SourceKeyId") or _key_of_ciphertext(call)
    arns = resource_arns.resources("kms", "Decrypt", {"KeyId": key}, call.region, builder.caller.account)
    yield f"kms:{action}", next((_canonical(builder, arn) for arn in arns), None), values
    if call.operation == "ReEncrypt":
        yield from (("kms:ReEncryptTo", arn, values) for arn in _resource_arns(call, builder))


def _key_of_ciphertext(call: AwsRequest) -> str:
    """The ARN of the ciphertext's key in any account; "" when the ciphertext is not moto's."""
    blob = call.params.get("CiphertextBlob") or b""
    raw = blob if isinstance(blob, bytes) else base64.b64decode(blob)
    id = raw[:_KEY_ID_LENGTH].decode(errors="replace")
    backends = (backend("kms", (account, call.region)) for account in list(iam_backends))
    return next((kms.keys[id].arn for kms in backends if kms and id in kms.keys), "")


def _create_in_vpc(
    call: AwsRequest, builder: RequestBuilder, values: Mapping[str, Values]
) -> Iterator[_RequiredAction]:
    """https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/supported-iam-actions-tagging.html"""
    yield from ((f"ec2:{call.operation}", arn, values) for arn in _resource_arns(call, builder) or (None,))
    if resource_arns.tags(call.params):
        resource_type = _CREATED_IN_VPC[call.operation]
        arn = f"arn:aws:ec2:{call.region}:{builder.caller.account}:{resource_type}/*"
        yield "ec2:CreateTags", arn, {**values, "ec2:createaction": (call.operation,)}


def _codeartifact_token(
    call: AwsRequest, builder: RequestBuilder, values: Mapping[str, Values]
) -> Iterator[_RequiredAction]:
    """https://docs.aws.amazon.com/codeartifact/latest/ug/tokens-authentication.html"""
    yield from (("codeartifact:GetAuthorizationToken", arn, values) for arn in _resource_arns(call, builder))
    yield "sts:GetServiceBearerToken", None, {**values, "sts:awsservicename": ("codeartifact.amazonaws.com",)}


_CREATED = """
CreateFlowLogs=vpc-flow-log CreateNetworkInterface=network-interface CreateSecurityGroup=security-group
CreateSubnet=subnet CreateVpc=vpc CreateVpcEndpoint=vpc-endpoint
"""
_CREATED_IN_VPC = dict(pair.split("=") for pair in _CREATED.split())
# Operations whose actions or resources cannot be read from arn_templates.txt.
_OPERATION_ACTIONS: Mapping[
    tuple[str, str], Callable[[AwsRequest, RequestBuilder, Mapping[str, Values]], Iterator[_RequiredAction]]
] = {
    ("events", "PutEvents"): _put_events,
    ("s3", "DeleteObjects"): _delete_objects,
    ("kms", "Decrypt"): _decrypt,
    ("kms", "ReEncrypt"): _decrypt,
    ("codeartifact", "GetAuthorizationToken"): _codeartifact_token,
    **{("ec2", operation): _create_in_vpc for operation in _CREATED_IN_VPC},
}
