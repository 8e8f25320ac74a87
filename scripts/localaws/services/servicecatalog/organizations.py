"""What Service Catalog asks of Organizations and IAM: who exists, belongs where, may share. Reads, changes nothing."""

from typing import Any

from moto.iam.models import iam_backends
from moto.organizations.models import organizations_backends

from scripts.localaws.core.caller import MANAGEMENT
from scripts.localaws.services.sts.sessions import ADMINISTRATOR

_SERVICE = "servicecatalog.amazonaws.com"


def _backend() -> Any:
    return organizations_backends[MANAGEMENT]["aws"]


def nodes_of(account: str) -> tuple[str, ...]:
    """The account's units from the nearest upwards, then the organisation: a share with any of them reaches it."""
    backend = _backend()
    members = {member.id: member.parent_id for member in backend.accounts}
    parents = {unit.id: getattr(unit, "parent_id", None) for unit in backend.ou}
    nodes, node = [], members.get(account)
    while node:
        nodes.append(node)
        node = parents.get(node)
    return (*nodes, backend.org.id) if account in members and backend.org else ()


def members(node: str) -> tuple[str, ...]:
    """Accounts that a unit or the organisation holds, deep; an account holds itself."""
    return tuple(it.id for it in _backend().accounts if node in (it.id, *nodes_of(it.id)))


def exists(node: str) -> bool:
    """Whether the unit, organisation or account is part of the organisation."""
    backend = _backend()
    known = {unit.id for unit in backend.ou} | {member.id for member in backend.accounts}
    return bool(backend.org) and (node in known or node == backend.org.id)


def principal_exists(arn: str) -> bool:
    """Whether a user, group or role of that ARN is there."""
    account, kind = arn.split(":")[4], arn.split(":", 5)[5].split("/")[0]
    if arn == ADMINISTRATOR.arn:
        return True
    if account not in list(iam_backends):
        return False
    backend = iam_backends[account]["aws"]
    known = {"role": backend.roles, "user": backend.users, "group": backend.groups}[kind]
    return any(it.arn == arn for it in list(known.values()))


def may_share(account: str) -> bool:
    """Only the management account and Service Catalog's delegated administrators share with units.

    https://docs.aws.amazon.com/servicecatalog/latest/adminguide/catalogs_portfolios_sharing_how-to-share.html
    """
    if account == MANAGEMENT:
        return True
    admins = [admin for admin in _backend().admins if admin.account.id == account]
    return any(_SERVICE in admin.services for admin in admins)
