"""Condition keys of a request: of the caller, of the parameters, of the resource. Reads moto only.

A condition key that is not computed here is unknown, not absent: a condition on it has no effect.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
"""

from typing import Any

from moto.iam.models import iam_backends
from moto.organizations.models import organizations_backends

from generators.iam.conditions import Values
from scripts.localaws.core import clock
from scripts.localaws.core.caller import MANAGEMENT, Caller
from scripts.localaws.core.context import SERVICE_AGENT
from scripts.localaws.core.request import AwsRequest
from scripts.localaws.crud.registry import find_service
from scripts.localaws.crud.store import store_of
from scripts.localaws.services.iam.authorization import request_condition_keys
from scripts.localaws.services.iam.authorization.principal_policies import find_role
from scripts.localaws.services.iam.authorization.resource_lookup import ProtectedResource, backend

_NOT_COMPUTED = ("aws:resource", "aws:principalorgpaths", "aws:calledvia")  # resource_values() computes some of them
_OWNER = ("aws:resourceaccount", "aws:resourceorgid")
_PREFIXES = """
aws: s3:x-amz- s3:prefix s3:delimiter s3:max-keys sts:externalid sts:rolesessionname sts:transitivetagkeys
sts:awsservicename iam:passedtoservice iam:permissionsboundary ec2:createaction kms:viaservice kms:calleraccount
kms:grantisforawsresource kms:encryptioncontext kms:requestalias sagemaker:taggingaction
"""
_COMPUTED = tuple(_PREFIXES.split())


def is_computed(key: str) -> bool:
    """Whether a request without this condition key certainly lacks it."""
    return key in request_condition_keys.KEYS or (key.startswith(_COMPUTED) and not key.startswith(_NOT_COMPUTED))


def organization_of(account: str) -> str:
    """The id of the account's organization, "" without one."""
    backend = organizations_backends[MANAGEMENT]["aws"]
    is_member = any(member.id == account for member in list(backend.accounts))
    return str(backend.org.id) if backend.org and is_member else ""


def principal_values(caller: Caller, region: str = "") -> dict[str, Values]:
    """Condition keys of the caller and of the request itself. HTTP on loopback counts as HTTPS."""
    role = find_role(caller.role_arn) if caller.role_arn else None
    organization = organization_of(caller.account)
    now = clock.now()
    return {
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
        **({"aws:principalorgid": (organization,)} if organization else {}),
        **{f"aws:principaltag/{tag['Key'].lower()}": (tag["Value"],) for tag in (role.tags if role else ())},
        **{f"aws:principaltag/{key.lower()}": (value,) for key, value in caller.tags},
        **({"aws:username": (caller.user_name,)} if caller.user_name else {}),
        **({"aws:tokenissuetime": (caller.issued.strftime("%Y-%m-%dT%H:%M:%SZ"),)} if caller.issued else {}),
    }


def request_values(call: AwsRequest, caller: Caller) -> dict[str, Values]:
    """Condition keys of the parameters and headers of a request."""
    assert call.service is not None
    via_service = SERVICE_AGENT in call.environ.get("HTTP_USER_AGENT", "")
    values: dict[str, Values] = {"aws:viaawsservice": (str(via_service).lower(),)}
    if call.streams:
        parameters = (*call.request.headers.items(), *call.request.args.items())
        values |= {"aws:sourcevpce": (caller.endpoint,)} if caller.endpoint else {}
        return values | {f"s3:{key.lower()}": (value,) for key, value in parameters}
    values |= request_condition_keys.tag_values(call.params) | dict(
        request_condition_keys.parameter_context(call.service.prefix, call.params, call.region, caller.account)
    )
    if call.service.prefix == "kms":
        values["kms:grantisforawsresource"] = (str(via_service).lower(),)
    return values | (_boundary_values(call, caller) if call.service.prefix == "iam" else {})


def resource_values(
    arn: str | None, resource: ProtectedResource | None, owner: str, region: str
) -> tuple[dict[str, Values], tuple[str, ...]]:
    """Condition keys of the resource, and the prefixes of the keys that are computed for it."""
    if not owner or arn is None:
        return {}, ()
    organization = organization_of(owner)
    values: dict[str, Values] = {"aws:resourceaccount": (owner,)}
    values |= {"aws:resourceorgid": (organization,)} if organization else {}
    if resource is None or resource.tags is None:
        return values, _OWNER
    service = arn.split(":")[2]
    tag_prefixes = ("aws:resourcetag/", f"{service}:resourcetag/")
    values |= {f"{prefix}{key.lower()}": (value,) for key, value in resource.tags.items() for prefix in tag_prefixes}
    own_values = _SERVICE_VALUES[service](resource, owner, region) if service in _SERVICE_VALUES else {}
    return own_values | values, (*_OWNER, *tag_prefixes, *RESOURCE_KEYS.get(service, ()))


def _boundary_values(call: AwsRequest, caller: Caller) -> dict[str, Values]:
    backend = iam_backends[caller.account]["aws"]
    roles, user = list(backend.roles.values()), backend.users.get(call.params.get("UserName"))
    principal = next((role for role in roles if role.name == call.params.get("RoleName")), user)
    boundary = call.params.get("PermissionsBoundary") or (principal and principal.permissions_boundary_arn)
    return {"iam:permissionsboundary": (str(boundary),)} if boundary else {}


def _key_values(resource: ProtectedResource, _: str, __: str) -> dict[str, Values]:
    return {"kms:resourcealiases": resource.aliases} if resource.aliases else {}


def _object_values(resource: ProtectedResource, owner: str, _: str) -> dict[str, Values]:
    """https://docs.aws.amazon.com/AmazonS3/latest/userguide/tagging-and-policies.html"""
    name = resource.arn.partition("/")[2]
    stored: Any = resource.source.keys.get(name) if name else None
    s3 = backend("s3", (owner, "aws"))
    tags = s3.tagger.get_tag_dict_for_resource(stored.arn) if s3 and hasattr(stored, "arn") else {}  # no delete marker
    return {f"s3:existingobjecttag/{key.lower()}": (value,) for key, value in tags.items()}


def _space_values(resource: ProtectedResource, owner: str, region: str) -> dict[str, Values]:
    """Owner and sharing type of a space: https://docs.aws.amazon.com/sagemaker/latest/dg/security_iam_id-based-policy-examples.html"""
    resource_type, _, path = resource.arn.split(":", 5)[5].partition("/")
    service = find_service("sagemaker")
    if resource_type != "space" or path.count("/") != 1 or service is None:
        return {}
    domain, name = path.split("/")
    store = store_of(service, owner, region)
    for space in store.find(store.resources["Space"], DomainId=domain, SpaceName=name):
        settings = {
            "DomainId": domain,
            "SpaceSharingSettings": space.get("SpaceSharingSettings"),
            "OwnershipSettings": space.get("OwnershipSettings"),
        }
        return dict(request_condition_keys.parameter_context("sagemaker", settings, region, owner))
    return {}


_SERVICE_VALUES = {"kms": _key_values, "s3": _object_values, "sagemaker": _space_values}
RESOURCE_KEYS = {"kms": ("kms:resourcealiases",), "s3": ("s3:existingobjecttag/",)}  # prefixes of their keys
