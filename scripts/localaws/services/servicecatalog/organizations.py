"""Read-only look-ups in Organizations and IAM: members, units, principals, delegated administrators."""

from typing import Any

from moto.iam.models import iam_backends
from moto.organizations.models import organizations_backends

from scripts.localaws.core.caller import MANAGEMENT
from scripts.localaws.services.sts.sessions import ADMINISTRATOR

_SERVICE = "servicecatalog.amazonaws.com"


def _backend() -> Any:
    return organizations_backends[MANAGEMENT]["aws"]


def nodes_of(account: str) -> tuple[str, ...]:
    """Return the account's units, nearest first, then the organization. A share with any of them includes it."""
    backend = _backend()
    parent_of_account = {member.id: member.parent_id for member in backend.accounts}
    parent_of_unit = {unit.id: getattr(unit, "parent_id", None) for unit in backend.ou}
    nodes, node = [], parent_of_account.get(account)
    while node:
        nodes.append(node)
        node = parent_of_unit.get(node)
    return (*nodes, backend.org.id) if account in parent_of_account and backend.org else ()


def member_accounts(node: str) -> tuple[str, ...]:
    """Return the accounts of a unit (with nested units) or of the organization; for an account, itself."""
    return tuple(account.id for account in _backend().accounts if node in (account.id, *nodes_of(account.id)))


def exists(node: str) -> bool:
    """Return whether the id is the organization or one of its units or accounts."""
    backend = _backend()
    ids = {unit.id for unit in backend.ou} | {member.id for member in backend.accounts}
    return bool(backend.org) and (node in ids or node == backend.org.id)


def principal_exists(arn: str) -> bool:
    """Return whether a user, group or role with that ARN exists."""
    account, kind = arn.split(":")[4], arn.split(":", 5)[5].split("/")[0]
    if arn == ADMINISTRATOR.arn:
        return True
    if account not in list(iam_backends):
        return False
    backend = iam_backends[account]["aws"]
    principals = {"role": backend.roles, "user": backend.users, "group": backend.groups}[kind]
    return any(principal.arn == arn for principal in list(principals.values()))


def can_share_with_units(account: str) -> bool:
    """Return whether the account is the management account or a delegated administrator of Service Catalog.

    https://docs.aws.amazon.com/servicecatalog/latest/adminguide/catalogs_portfolios_sharing_how-to-share.html
    """
    if account == MANAGEMENT:
        return True
    admins = [admin for admin in _backend().admins if admin.account.id == account]
    return any(_SERVICE in admin.services for admin in admins)
