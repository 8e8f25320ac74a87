"""The policies that count for a caller, as moto keeps them. Reads IAM and Organizations; changes nothing.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
"""

from typing import Any

from moto.iam.models import iam_backends
from moto.organizations.models import organizations_backends

from generators.iam.authorization import Documents, Policies
from scripts.localaws.core.caller import MANAGEMENT, Caller
from scripts.localaws.services.iam import users

_EVERYTHING = ('{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}',)
_CONTROL = "SERVICE_CONTROL_POLICY"


def find_role(arn: str) -> Any:
    """moto's role, None when the account or the role does not exist."""
    account = arn.split(":")[4] if arn.count(":") >= 5 else ""
    if account not in list(iam_backends):
        return None
    return next((role for role in list(iam_backends[account]["aws"].roles.values()) if role.arn == arn), None)


def applicable_policies(
    caller: Caller, resource: str = "", *, foreign: bool = False, guarded: bool = False
) -> Policies:
    """Everything on the caller's side, and the resource's own policy: "" for one that has none."""
    role = find_role(caller.role_arn)
    boundary = role.permissions_boundary_arn if role else None
    return Policies(
        identity=_EVERYTHING if caller.is_root else _identity(role) or _of_user(caller),
        boundary=(_document(iam_backends[caller.account]["aws"].managed_policies[boundary]),) if boundary else None,
        session=(caller.session_policy,) if caller.session_policy else None,
        service_control_policies=_control(caller.account),
        resource=(resource,) if resource else None,
        cross_account=foreign,
        requires_resource_policy=guarded,
    )


def _identity(role: Any) -> Documents:
    if role is None:
        return ()
    return (*role.policies.values(), *(_document(policy) for policy in list(role.managed_policies.values())))


def _of_user(caller: Caller) -> Documents:
    return tuple(it if isinstance(it, str) else _document(it) for it in users.policies(caller))


def _document(policy: Any) -> str:
    """The managed policy's default version."""
    return str(next(v.document for v in policy.versions if v.version_id == policy.default_version_id))


def _control(account: str) -> tuple[Documents, ...]:
    """A level for the root, each unit and the account itself; none for the management account, which they spare."""
    backend = organizations_backends[MANAGEMENT]["aws"]
    known = {it.id: it for it in (*list(backend.accounts), *list(backend.ou))}
    if account == MANAGEMENT or account not in known or not _enabled(backend):
        return ()
    levels, at = [], known[account]
    while at is not None:
        levels.append(at)
        at = known.get(getattr(at, "parent_id", ""))
    return tuple(tuple(_attached(level)) for level in reversed(levels))


def _attached(target: Any) -> Documents:
    return tuple(policy.content for policy in list(target.attached_policies) if policy.type == _CONTROL)


def _enabled(backend: Any) -> bool:
    return any(it["Type"] == _CONTROL for unit in backend.ou for it in getattr(unit, "policy_types", ()))
