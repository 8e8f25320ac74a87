"""The condition keys of a request: who asks, from where, what is sent, what hangs on the resource. Reads moto only.

A key that nobody computes here is not absent but unknown: a condition on it decides nothing.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from moto.iam.models import iam_backends
from moto.organizations.models import organizations_backends

from generators.iam.conditions import Context, Values
from scripts.localaws.core.caller import MANAGEMENT, Caller
from scripts.localaws.core.context import SERVICE_AGENT
from scripts.localaws.core.request import AwsRequest
from scripts.localaws.crud.registry import find_service
from scripts.localaws.crud.store import store_of
from scripts.localaws.services.iam.authorization import request_condition_keys
from scripts.localaws.services.iam.authorization.principal_policies import find_role
from scripts.localaws.services.iam.authorization.resource_lookup import ProtectedResource, backend, find_resource, owner
from scripts.localaws.services.s3.policy import bucket_of

_NEVER_KNOWN = ("aws:resource", "aws:principalorgpaths", "aws:calledvia")  # but see of_resource()
_OWNER = ("aws:resourceaccount", "aws:resourceorgid")
_KNOWN = (
    "aws:",
    "s3:x-amz-",
    "s3:prefix",
    "s3:delimiter",
    "s3:max-keys",
    "sts:externalid",
    "sts:rolesessionname",
    "sts:awsservicename",
    "iam:passedtoservice",
    "iam:permissionsboundary",
    "ec2:createaction",
    "kms:viaservice",
    "kms:calleraccount",
    "kms:grantisforawsresource",
    "kms:encryptioncontext",
    "kms:requestalias",
    "ram:allowsexternalprincipals",
)


def knows(key: str) -> bool:
    """Whether context() computes this condition key, so that its absence means that the request lacks it."""
    return key in request_condition_keys.KEYS or (key.startswith(_KNOWN) and not key.startswith(_NEVER_KNOWN))


def organization_of(account: str) -> str:
    """The organisation's id, "" for an account outside of it."""
    backend = organizations_backends[MANAGEMENT]["aws"]
    member = any(known.id == account for known in list(backend.accounts))
    return str(backend.org.id) if backend.org and member else ""


def context(caller: Caller, region: str = "", more: Mapping[str, Values] | None = None) -> Context:
    """The condition keys of a principal's request. HTTP on loopback counts as the HTTPS that it would be on AWS."""
    role, organisation = find_role(caller.role_arn) if caller.role_arn else None, organization_of(caller.account)
    now = datetime.now(UTC)
    values = {
        "aws:principalarn": (caller.role_arn or caller.arn,),
        "aws:principalaccount": (caller.account,),
        "aws:principaltype": ("AssumedRole" if caller.role_arn else "User",),
        "aws:principalisawsservice": ("false",),
        "aws:userid": (caller.user_id,),
        "aws:securetransport": ("true",),
        "aws:currenttime": (now.strftime("%Y-%m-%dT%H:%M:%SZ"),),
        "aws:epochtime": (str(int(now.timestamp())),),
        "aws:sourceip": ("127.0.0.1",),
        "kms:calleraccount": (caller.account,),
        **({"aws:requestedregion": (region,)} if region else {}),
        **({"aws:principalorgid": (organisation,)} if organisation else {}),
        **{f"aws:principaltag/{tag['Key'].lower()}": (tag["Value"],) for tag in (role.tags if role else ())},
        **{f"aws:principaltag/{key.lower()}": (value,) for key, value in caller.tags},
        **({"aws:username": (caller.user_name,)} if caller.user_name else {}),
        **({"aws:tokenissuetime": (caller.issued.strftime("%Y-%m-%dT%H:%M:%SZ"),)} if caller.issued else {}),
        **(more or {}),
    }
    return Context(values, knows)


def request_context(call: AwsRequest, caller: Caller) -> dict[str, Values]:
    """What the request itself sends."""
    assert call.service is not None
    via = SERVICE_AGENT in call.environ.get("HTTP_USER_AGENT", "")
    found: dict[str, Values] = {"aws:viaawsservice": (str(via).lower(),)}
    if call.streams:
        given = (*call.request.headers.items(), *call.request.args.items())
        found |= {"aws:sourcevpce": (caller.endpoint,)} if caller.endpoint else {}
        return found | {f"s3:{key.lower()}": (value,) for key, value in given}
    found |= request_condition_keys.tags(call.params) | dict(
        request_condition_keys.parameter_context(call.service.prefix, call.params, call.region, caller.account)
    )
    if call.service.prefix == "kms":
        found["kms:grantisforawsresource"] = (str(via).lower(),)  # a service asks for its own thing
    return found | (_of_iam(call, caller) if call.service.prefix == "iam" else {})


def resource_context(
    arn: str | None, region: str
) -> tuple[dict[str, Values], tuple[str, ...], ProtectedResource | None]:
    """What hangs on the resource, the beginnings of the keys that are known thereby, and the thing itself."""
    account, thing = owner(arn), find_resource(arn, region) if arn else None
    if not account or arn is None:
        return {}, (), thing
    organisation = organization_of(account)
    found: dict[str, Values] = {"aws:resourceaccount": (account,)}
    found |= {"aws:resourceorgid": (organisation,)} if organisation else {}
    if thing is None or thing.tags is None:
        return found, _OWNER, thing
    service = arn.split(":")[2]
    both = ("aws:resourcetag/", f"{service}:resourcetag/")
    found |= {f"{head}{key.lower()}": (value,) for key, value in thing.tags.items() for head in both}
    particular = _PARTICULAR[service](thing, region) if service in _PARTICULAR else {}
    return particular | found, (*_OWNER, *both, *HANGING.get(service, ())), thing


def _of_iam(call: AwsRequest, caller: Caller) -> dict[str, Values]:
    roles = list(iam_backends[caller.account]["aws"].roles.values())
    existing = next((role for role in roles if role.name == call.params.get("RoleName")), None)
    boundary = call.params.get("PermissionsBoundary") or (existing and existing.permissions_boundary_arn)
    return {"iam:permissionsboundary": (str(boundary),)} if boundary else {}


def _of_object(thing: ProtectedResource, _: str) -> dict[str, Values]:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/tagging-and-policies.html"""
    bucket, name = bucket_of(thing.arn), thing.arn.partition("/")[2]
    held: Any = bucket.keys.get(name) if bucket and name else None
    s3 = backend("s3", (bucket.account_id, "aws")) if bucket else None
    tags = s3.tagger.get_tag_dict_for_resource(held.arn) if s3 and hasattr(held, "arn") else {}  # no delete marker
    return {f"s3:existingobjecttag/{key.lower()}": (value,) for key, value in tags.items()}


def _of_space(thing: ProtectedResource, region: str) -> dict[str, Values]:
    """Whose a space is and who may see it: https://docs.aws.amazon.com/sagemaker/latest/dg/security_iam_id-based-policy-examples.html"""
    kind, _, path = thing.arn.split(":", 5)[5].partition("/")
    if kind != "space" or path.count("/") != 1:
        return {}
    account, (domain, name) = owner(thing.arn), path.split("/")
    service = find_service("sagemaker")
    if service is None:
        return {}
    kept = store_of(service, account, region)
    for space in kept.find(kept.resources["Space"], DomainId=domain, SpaceName=name):
        shared = {"SpaceSharingSettings": space.get("SpaceSharingSettings"), "DomainId": domain}
        owned = {"OwnershipSettings": space.get("OwnershipSettings")}
        return dict(request_condition_keys.parameter_context("sagemaker", shared | owned, region, account))
    return {}


_PARTICULAR = {
    "kms": lambda thing, _: {"kms:resourcealiases": thing.aliases} if thing.aliases else {},
    "s3": _of_object,
    "sagemaker": _of_space,
}
HANGING = {"kms": ("kms:resourcealiases",), "s3": ("s3:existingobjecttag/",)}
