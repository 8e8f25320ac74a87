"""The provisioned products of all spoke accounts, which the hub account reads. Prints nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from generators.aws import organization
from generators.aws.errors import translate_errors
from generators.aws.parallel import parallel_map
from generators.aws.session import Aws
from generators.catalog.hub import Hub
from generators.catalog.spoke import provisioned_products
from generators.catalog.upgrades import ProvisionedProduct
from generators.errors import UserError

READER = "platform-inventory"  # role in each spoke that the hub account may assume


@dataclass(frozen=True, slots=True)
class InventoryRow:
    """A provisioned product; the fields are the keys of `catalog inventory --json`."""

    account: str
    account_name: str
    region: str
    name: str
    product: str
    version: str
    latest: str  # newest version that can be launched; "" for a product of somebody else
    status: str
    who: str  # ARN of the principal that launched it


@dataclass(frozen=True, slots=True)
class _Account:
    account: str
    account_name: str
    products: Sequence[ProvisionedProduct]


@dataclass(frozen=True, slots=True)
class UnreadableAccount:
    """An account that the hub could not read, with the reason."""

    account: str
    account_name: str
    reason: str


def read(
    aws: Aws, on_progress: Callable[[str], None] = lambda _: None
) -> tuple[tuple[InventoryRow, ...], tuple[UnreadableAccount, ...]]:
    """Every provisioned product of every account where products may run, and the accounts that could not be read.

    Accounts are read in parallel while AWS Organizations lists the next ones; both results are sorted by account name.
    """

    def read_account(spoke: tuple[str, str]) -> _Account | UnreadableAccount:
        name, account = spoke
        try:
            products = [item for region in aws.platform.regions for item in _provisioned_products(aws, account, region)]
            return _Account(account, name, products)
        except UserError as error:
            return UnreadableAccount(account, name, "; ".join(error.problems))
        finally:
            on_progress(name)

    latest = {region: Hub(aws, region).newest_versions() for region in aws.platform.regions}
    results = parallel_map(read_account, _spokes(aws), aws.platform.concurrency.account_reads)
    accounts = sorted(results, key=lambda account: account.account_name)
    rows = tuple(row for account in accounts if isinstance(account, _Account) for row in _rows(account, latest))
    return rows, tuple(account for account in accounts if isinstance(account, UnreadableAccount))


def users(rows: Iterable[InventoryRow], product: str, version: str) -> Sequence[InventoryRow]:
    """The provisioned products of one version."""
    return [row for row in rows if (row.product, row.version) == (product, version)]


def _spokes(aws: Aws) -> Iterator[tuple[str, str]]:
    """Name and id of every account but the platform's own, as AWS lists them."""
    platform_accounts = (aws.hub_account, aws.management_account)
    for name, account in organization.active_accounts(aws):
        if account not in platform_accounts and name != aws.platform.log_archive_account_name:
            yield name, account


def _rows(account: _Account, latest: Mapping[str, Mapping[str, str]]) -> Iterator[InventoryRow]:
    for provisioned in account.products:
        yield InventoryRow(
            account=account.account,
            account_name=account.account_name,
            region=provisioned.region,
            name=provisioned.name,
            product=provisioned.product,
            version=provisioned.version,
            latest=latest[provisioned.region].get(provisioned.product, ""),
            status=provisioned.status,
            who=provisioned.user_arn,
        )


def _provisioned_products(aws: Aws, account: str, region: str) -> tuple[ProvisionedProduct, ...]:
    with (
        translate_errors(f"{account} ({region})"),
        aws.pooled_client("servicecatalog", region, account, READER, aws.hub_account) as catalog,
    ):
        return tuple(provisioned_products(catalog, region))
