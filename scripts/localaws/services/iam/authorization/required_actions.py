"""What a request asks for: actions on resources, with what the request says of itself. Reads, changes nothing.

One request may ask for more than its own action: to pass a role, to read what it copies, to tag what it makes, to use a
key.
"""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import unquote

from moto.iam.models import iam_backends

from generators.iam.conditions import Values
from scripts.localaws.core.caller import Caller
from scripts.localaws.core.request import AwsRequest, keep_body
from scripts.localaws.services.iam.authorization import (
    condition_keys,
    kms_dependencies,
    request_condition_keys,
    resource_arns,
)
from scripts.localaws.services.iam.authorization.resource_lookup import backend, find_resource

Asked = tuple[str, str | None, Mapping[str, Values]]
_OBJECT = re.compile(rb"<Object>(.*?)</Object>", re.DOTALL)
_KEY, _VERSION = re.compile(rb"<Key>(.*?)</Key>", re.DOTALL), re.compile(rb"<VersionId>(.+?)</VersionId>")
_KEY_ID = 36  # bytes, with which moto's ciphertext begins


def required_actions(call: AwsRequest, caller: Caller) -> Iterator[Asked]:
    """Every action that must be allowed."""
    assert call.service is not None
    action = resource_arns.action(call.service.prefix, call.operation, call.params)
    if call.service.model == "s3control":
        action = action.replace("BucketPublicAccessBlock", "AccountPublicAccessBlock")
    more, arns = condition_keys.request_context(call, caller), tuple(_resources(call, caller))
    particular = _PARTICULAR.get((call.service.prefix, call.operation))
    yield from particular(call, caller, more) if particular else ((action, arn, more) for arn in arns or (None,))
    source = call.request.headers.get("x-amz-copy-source") if call.streams else None
    if source:
        yield "s3:GetObject", f"arn:aws:s3:::{unquote(source).lstrip('/').partition('?')[0]}", more
    passing = {**more, "iam:passedtoservice": (f"{call.service.prefix}.amazonaws.com",)}
    for role in set(resource_arns.passed_roles(call.service.prefix, call.params)):
        yield "iam:PassRole", role, passing
    for use, arn, told in kms_dependencies.kms_dependencies(call, caller, arns):
        yield use, arn, {**told, "aws:requestedregion": (arn.split(":")[3],)}


def _resources(call: AwsRequest, caller: Caller) -> Iterable[str]:
    """Things by their real names: a key's alias and a role's name without its path are others."""
    assert call.service is not None
    found = resource_arns.resources(call.service.prefix, call.operation, call.params, call.region, caller.account)
    if call.service.prefix == "iam":
        return _with_paths(call, caller, found)
    if call.service.prefix in ("kms", "secretsmanager"):
        return [thing.arn if (thing := find_resource(arn, call.region)) else arn for arn in found]
    return found


def _with_paths(call: AwsRequest, caller: Caller, found: tuple[str, ...]) -> Iterable[str]:
    roles = list(iam_backends[caller.account]["aws"].roles.values())
    paths = {f"arn:aws:iam::{caller.account}:role/{role.name}": role.arn for role in roles}
    path = (call.params.get("Path") or "/").lstrip("/")
    return [paths.get(arn, arn.replace("/", f"/{path}", 1)) for arn in found]


def _put_events(call: AwsRequest, caller: Caller, more: Mapping[str, Values]) -> Iterator[Asked]:
    """Each entry has a bus and a source of its own."""
    for entry in call.params.get("Entries") or ():
        told = dict(request_condition_keys.parameter_context("events", entry, call.region, caller.account))
        for arn in resource_arns.resources("events", "PutEvents", entry, call.region, caller.account):
            yield "events:PutEvents", arn, {**more, **told}


def _delete_objects(call: AwsRequest, _: Caller, more: Mapping[str, Values]) -> Iterator[Asked]:
    """Every key that the body names. AWS answers for each key; here one refusal refuses all."""
    keep_body(call.environ)
    body = call.environ["wsgi.input"].getvalue()
    for item in _OBJECT.findall(body):
        key = html.unescape(b"".join(_KEY.findall(item)[:1]).decode())
        action = "s3:DeleteObjectVersion" if _VERSION.search(item) else "s3:DeleteObject"
        yield action, f"arn:aws:s3:::{call.params['Bucket']}/{key}", more


def _decrypt(call: AwsRequest, caller: Caller, more: Mapping[str, Values]) -> Iterator[Asked]:
    """The ciphertext says with which key it was made."""
    read = {"ReEncrypt": "ReEncryptFrom"}.get(call.operation, call.operation)
    named = call.params.get("KeyId") or call.params.get("SourceKeyId")
    arns = resource_arns.resources("kms", "Decrypt", {"KeyId": named or _key_of(call)}, call.region, caller.account)
    thing = find_resource(arns[0], call.region) if arns else None
    yield f"kms:{read}", thing.arn if thing else next(iter(arns), None), more
    if call.operation == "ReEncrypt":
        yield from (("kms:ReEncryptTo", arn, more) for arn in _resources(call, caller))


def _key_of(call: AwsRequest) -> str:
    """The key's ARN, wherever it is; "" when the ciphertext is none of moto's."""
    blob = call.params.get("CiphertextBlob") or b""
    raw = blob if isinstance(blob, bytes) else base64.b64decode(blob)
    id = raw[:_KEY_ID].decode(errors="replace")
    homes = [(account, call.region) for account in list(iam_backends)]
    held = (kms.keys[id].arn for home in homes if (kms := backend("kms", home)) and id in kms.keys)
    return next(held, "")


def _make_in_network(call: AwsRequest, caller: Caller, more: Mapping[str, Values]) -> Iterator[Asked]:
    """https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/supported-iam-actions-tagging.html"""
    yield from ((f"ec2:{call.operation}", arn, more) for arn in _resources(call, caller) or (None,))
    if resource_arns.tags(call.params):
        made = f"arn:aws:ec2:{call.region}:{caller.account}:{_MADE[call.operation]}/*"
        yield "ec2:CreateTags", made, {**more, "ec2:createaction": (call.operation,)}


def _package_token(call: AwsRequest, caller: Caller, more: Mapping[str, Values]) -> Iterator[Asked]:
    """https://docs.aws.amazon.com/codeartifact/latest/ug/tokens-authentication.html"""
    yield from (("codeartifact:GetAuthorizationToken", arn, more) for arn in _resources(call, caller))
    yield "sts:GetServiceBearerToken", None, {**more, "sts:awsservicename": ("codeartifact.amazonaws.com",)}


def _share(call: AwsRequest, caller: Caller, more: Mapping[str, Values]) -> Iterator[Asked]:
    """Who may be let in by the share as it is: without a word, anybody."""
    ram = backend("ram", (caller.account, call.region))
    shares = {share.arn: share for share in ram.resource_shares} if ram else {}
    for arn in _resources(call, caller) or (None,):
        outside = getattr(shares.get(arn), "allow_external_principals", True)
        yield f"ram:{call.operation}", arn, {**more, "ram:allowsexternalprincipals": (str(outside).lower(),)}


_MADE = {
    "CreateFlowLogs": "vpc-flow-log",
    "CreateNetworkInterface": "network-interface",
    "CreateSecurityGroup": "security-group",
    "CreateSubnet": "subnet",
    "CreateVpc": "vpc",
    "CreateVpcEndpoint": "vpc-endpoint",
}
_PARTICULAR = {
    ("events", "PutEvents"): _put_events,
    ("s3", "DeleteObjects"): _delete_objects,
    ("kms", "Decrypt"): _decrypt,
    ("kms", "ReEncrypt"): _decrypt,
    ("codeartifact", "GetAuthorizationToken"): _package_token,
    **{("ec2", operation): _make_in_network for operation in _MADE},
    **{("ram", f"{verb}ResourceShare"): _share for verb in ("Associate", "Disassociate")},
}
