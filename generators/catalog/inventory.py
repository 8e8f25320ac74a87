"""Who runs which version in which account. Reads every spoke of the organisation from the hub; prints nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from generators.aws import organization
from generators.aws.session import Aws
from generators.catalog.hub import Hub
from generators.catalog.spoke import Spoke
from generators.errors import UserError

READER = "platform-inventory"  # the role in each spoke that the hub may take on


@dataclass(frozen=True, slots=True)
class Row:
    """One provisioned product and what it could be."""

    account: str
    account_name: str
    region: str
    name: str
    product: str
    version: str
    latest: str  # newest version that can be launched; "" when the product is not ours
    status: str
    who: str


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An account that the hub could not read, and why."""

    account: str
    account_name: str
    reason: str


def read(
    aws: Aws, spokes: Mapping[str, str], hear: Callable[[str], None] = lambda _: None
) -> tuple[tuple[Row, ...], tuple[Unreadable, ...]]:
    """Every provisioned product of these accounts (name -> id), and the accounts that could not be read."""
    rows: list[Row] = []
    unreadable: list[Unreadable] = []
    latest = {region: Hub(aws, region).newest_versions() for region in aws.platform.regions}
    for name, account in spokes.items():
        try:
            rows += _account(aws, name, account, latest)
        except UserError as error:
            unreadable.append(Unreadable(account, name, "; ".join(error.problems)))
        hear(name)
    return tuple(rows), tuple(unreadable)


def spokes(aws: Aws) -> Mapping[str, str]:
    """Account name -> id of every account where products may run, by name."""
    own = (aws.hub_account, aws.management_account)
    found = sorted(organization.account_ids(aws).items())
    return {name: it for name, it in found if it not in own and name != aws.platform.log_archive_account_name}


def users(rows: Iterable[Row], product: str, version: str) -> Sequence[Row]:
    """Who runs one version."""
    return [it for it in rows if (it.product, it.version) == (product, version)]


def _account(aws: Aws, name: str, account: str, latest: Mapping[str, Mapping[str, str]]) -> list[Row]:
    return [
        Row(
            account=account,
            account_name=name,
            region=region,
            name=it.name,
            product=it.product,
            version=it.version,
            latest=latest[region].get(it.product, ""),
            status=it.status,
            who=it.who,
        )
        for region in aws.platform.regions
        for it in Spoke(aws, account, region, READER, source_account=aws.hub_account).read()
    ]
