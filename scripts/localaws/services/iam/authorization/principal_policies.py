"""The policies that apply to a principal, as moto stores them. Reads IAM and Organizations; changes nothing.

https://docs.aws.amazon.com/organizations/latest/userguide/orgs_manage_policies_scps.html
"""

from typing import Any

from moto.iam.models import iam_backends
from moto.organizations.models import organizations_backends

from generators.iam.authorization import Documents, Policies
from scripts.localaws.core.caller import MANAGEMENT, Caller
from scripts.localaws.services.iam import users

_ADMINISTRATOR = ('{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}',)
_SCP = "SERVICE_CONTROL_POLICY"


def find_role(arn: str) -> Any:
    """moto's role, None when the account or the role does not exist."""
    account = arn.split(":")[4] if arn.count(":") >= 5 else ""
    if account not in list(iam_backends):
        return None
    return next((role for role in list(iam_backends[account]["aws"].roles.values()) if role.arn == arn), None)


def applicable_policies(
    caller: Caller, resource: str = "", *, cross_account: bool = False, requires_resource_policy: bool = False
) -> Policies:
    """Every policy of the caller, and the resource's own policy ("" for none)."""
    role = find_role(caller.role_arn)
    principal = role or users.find_user(caller)
    boundary = principal.permissions_boundary_arn if principal else None
    return Policies(
        identity=_ADMINISTRATOR if caller.is_root else _role_policies(role) or _user_policies(caller),
        boundary=(_document(iam_backends[caller.account]["aws"].managed_policies[boundary]),) if boundary else None,
        session=(caller.session_policy,) if caller.session_policy else None,
        service_control_policies=_service_control_policies(caller.account),
        resource=(resource,) if resource else None,
        cross_account=cross_account,
        requires_resource_policy=requires_resource_policy,
    )


def _role_policies(role: Any) -> Documents:
    if role is None:
        return ()
    return (*role.policies.values(), *(_document(policy) for policy in list(role.managed_policies.values())))


def _user_policies(caller: Caller) -> Documents:
    return tuple(policy if isinstance(policy, str) else _document(policy) for policy in users.user_policies(caller))


def _document(policy: Any) -> str:
    """The default version of a managed policy."""
    return str(next(v.document for v in policy.versions if v.version_id == policy.default_version_id))


def _service_control_policies(account: str) -> tuple[Documents, ...]:
    """One level each for the root, the units and the account; none for the management account, which is exempt."""
    backend = organizations_backends[MANAGEMENT]["aws"]
    nodes = {node.id: node for node in (*list(backend.accounts), *list(backend.ou))}
    if account == MANAGEMENT or account not in nodes or not _scps_are_enabled(backend):
        return ()
    levels, node = [], nodes[account]
    while node is not None:
        levels.append(node)
        node = nodes.get(getattr(node, "parent_id", ""))
    return tuple(tuple(_attached_documents(level)) for level in reversed(levels))


def _attached_documents(target: Any) -> Documents:
    return tuple(policy.content for policy in list(target.attached_policies) if policy.type == _SCP)


def _scps_are_enabled(backend: Any) -> bool:
    return any(enabled["Type"] == _SCP for unit in backend.ou for enabled in getattr(unit, "policy_types", ()))
