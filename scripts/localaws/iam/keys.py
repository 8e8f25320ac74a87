"""The condition keys of a request: who asks, from where, what is sent, what hangs on the resource. Reads moto only.

A key that nobody computes here is not absent but unknown: a condition on it decides nothing.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from moto.iam.models import iam_backends
from moto.organizations.models import organizations_backends
from moto.s3.models import s3_backends

from generators.policy.conditions import Context, Values
from scripts.localaws.context import SERVICE_AGENT
from scripts.localaws.generic.store import store
from scripts.localaws.iam import names
from scripts.localaws.iam.policies import find_role
from scripts.localaws.identity import MANAGEMENT, Caller
from scripts.localaws.request import Call
from scripts.localaws.sagemaker.kinds import STUDIO

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
    "iam:passedtoservice",
    "iam:permissionsboundary",
    "iam:awsservicename",
)
_OUTPUTS = ("OutputDataConfig", "ProcessingOutputConfig", "TransformOutput")
# Condition key -> how SageMaker's operations call the value: A/B is a B below an A, /A stands on top.
_SAGEMAKER = {
    "sagemaker:appnetworkaccesstype": ("AppNetworkAccessType",),
    "sagemaker:vpcsubnets": ("SubnetIds", "VpcConfig/Subnets"),
    "sagemaker:vpcsecuritygroupids": ("VpcConfig/SecurityGroupIds", "DefaultUserSettings/SecurityGroups"),
    "sagemaker:volumekmskey": ("VolumeKmsKeyId", "HomeEfsFileSystemKmsKeyId", "/KmsKeyId"),
    "sagemaker:outputkmskey": tuple(f"{output}/KmsKeyId" for output in _OUTPUTS),
    "sagemaker:networkisolation": ("EnableNetworkIsolation",),
    "sagemaker:intercontainertrafficencryption": ("EnableInterContainerTrafficEncryption",),
    "sagemaker:instancetypes": ("InstanceType",),
    "sagemaker:enableremotedebug": ("EnableRemoteDebug",),
    "sagemaker:modelapprovalstatus": ("ModelApprovalStatus",),
}  # fmt: skip


def knows(key: str) -> bool:
    """Whether context() computes this condition key, so that its absence means that the request lacks it."""
    return key in _SAGEMAKER or (key.startswith(_KNOWN) and not key.startswith(_NEVER_KNOWN))


def organisation_of(account: str) -> str:
    """The organisation's id, "" for an account outside of it."""
    backend = organizations_backends[MANAGEMENT]["aws"]
    member = any(known.id == account for known in list(backend.accounts))
    return str(backend.org.id) if backend.org and member else ""


def context(caller: Caller, region: str = "", more: Mapping[str, Values] | None = None) -> Context:
    """The condition keys of a principal's request. HTTP on loopback counts as the HTTPS that it would be on AWS."""
    role, organisation = find_role(caller.role_arn) if caller.role_arn else None, organisation_of(caller.account)
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
        **({"aws:requestedregion": (region,)} if region else {}),
        **({"aws:principalorgid": (organisation,)} if organisation else {}),
        **{f"aws:principaltag/{tag['Key'].lower()}": (tag["Value"],) for tag in (role.tags if role else ())},
        **{f"aws:principaltag/{key.lower()}": (value,) for key, value in caller.tags},
        **({"aws:username": (caller.user_name,)} if caller.user_name else {}),
        **({"aws:tokenissuetime": (caller.issued.strftime("%Y-%m-%dT%H:%M:%SZ"),)} if caller.issued else {}),
        **(more or {}),
    }
    return Context(values, knows)


def of_request(call: Call, caller: Caller) -> dict[str, Values]:
    """What the request itself sends."""
    assert call.service is not None
    via = SERVICE_AGENT in call.environ.get("HTTP_USER_AGENT", "")
    found: dict[str, Values] = {"aws:viaawsservice": (str(via).lower(),)}
    if call.streams:
        sent = (*call.request.headers.items(), *call.request.args.items())
        return found | {f"s3:{key.lower()}": (value,) for key, value in sent}
    tags = dict(names.tags(call.params))
    found |= {f"aws:requesttag/{key.lower()}": (value,) for key, value in tags.items()}
    found |= {"aws:tagkeys": tuple(tags)} if tags else {}
    if call.service.prefix == "iam":
        return found | _of_iam(call, caller)
    return found | (dict(_of_sagemaker(call.params)) if call.service.prefix == "sagemaker" else {})


def of_resource(arn: str | None, region: str) -> tuple[dict[str, Values], tuple[str, ...]]:
    """What hangs on the resource, and the beginnings of the keys that are known thereby."""
    account = _account(arn)
    if not account or arn is None:
        return {}, ()
    organisation = organisation_of(account)
    found: dict[str, Values] = {"aws:resourceaccount": (account,)}
    found |= {"aws:resourceorgid": (organisation,)} if organisation else {}
    tags = _tags(arn, account, region)
    if tags is None:
        return found, _OWNER
    service = arn.split(":")[2]
    both = ("aws:resourcetag/", f"{service}:resourcetag/")
    return found | {f"{head}{key.lower()}": (value,) for key, value in tags.items() for head in both}, (*_OWNER, *both)


def _account(arn: str | None) -> str:
    """The resource's account; a bucket's ARN does not name it."""
    if not arn or arn.count(":") < 5:
        return ""
    if arn.startswith("arn:aws:s3:::"):
        owner = s3_backends.bucket_accounts.get(arn[13:].partition("/")[0])
        return str(owner[1]) if owner else ""
    return arn.split(":")[4]


def _tags(arn: str, account: str, region: str) -> Mapping[str, str] | None:
    """The tags of a thing in Studio or of a role; None for what nobody looks up."""
    service = arn.split(":")[2]
    if service == "sagemaker":
        held = store(STUDIO, account, region).tags
        return held.get(arn)
    role = find_role(arn) if service == "iam" and ":role/" in arn else None
    return {tag["Key"]: tag["Value"] for tag in role.tags} if role else None


def _of_iam(call: Call, caller: Caller) -> dict[str, Values]:
    roles = list(iam_backends[caller.account]["aws"].roles.values())
    existing = next((role for role in roles if role.name == call.params.get("RoleName")), None)
    boundary = call.params.get("PermissionsBoundary") or (existing and existing.permissions_boundary_arn)
    known = {"iam:permissionsboundary": boundary, "iam:awsservicename": call.params.get("AWSServiceName")}
    return {key: (str(value),) for key, value in known.items() if value}


def _of_sagemaker(params: Mapping[str, Any]) -> Iterator[tuple[str, Values]]:
    sent = list(_leaves(params, ""))
    for key, spellings in _SAGEMAKER.items():
        values = tuple(text for path, text in sent if any(_spells(name, path) for name in spellings))
        if values:
            yield key, values


def _spells(name: str, path: str) -> bool:
    return path == name or (not name.startswith("/") and path.endswith(f"/{name}"))


def _leaves(value: Any, path: str) -> Iterator[tuple[str, str]]:
    """Path and text of everything that holds nothing else."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _leaves(inner, f"{path}/{name}")
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner, path)
    else:
        yield path, str(value).lower() if isinstance(value, bool) else str(value)
