"""The provisioned products of all spoke accounts, which the hub account reads. Prints nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from generators.aws import organization
from generators.aws.errors import translate_errors
from generators.aws.parallel import parallel_map
from generators.aws.session import Aws
from generators.catalog.hub import Hub
from generators.catalog.spoke import provisioned_products
from generators.catalog.upgrades import ProvisionedProduct
from generators.errors import UserError

NewestVersions = Mapping[str, Mapping[str, str]]  # region -> product -> version
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
class UnreadableAccount:
    """An account that the hub could not read, with the reason."""

    account: str
    account_name: str
    reason: str


def find(aws: Aws) -> tuple[Mapping[str, str], NewestVersions]:
    """Account name -> id of every account where products may run, and the newest versions; read at the same time."""
    with ThreadPoolExecutor(1) as pool:
        latest = pool.submit(_newest_versions, aws)
        return _spokes(aws), latest.result()


def read(
    aws: Aws, spokes: Mapping[str, str], latest: NewestVersions, on_progress: Callable[[str], None] = lambda _: None
) -> tuple[tuple[InventoryRow, ...], tuple[UnreadableAccount, ...]]:
    """Every provisioned product of these accounts (name -> id), and the accounts that could not be read.

    Accounts are read in parallel; both results are in the order of `spokes`.
    """

    def read_account(spoke: tuple[str, str]) -> list[InventoryRow] | UnreadableAccount:
        name, account = spoke
        try:
            return _account(aws, name, account, latest)
        except UserError as error:
            return UnreadableAccount(account, name, "; ".join(error.problems))
        finally:
            on_progress(name)

    results = parallel_map(read_account, spokes.items(), aws.platform.concurrency.account_reads)
    rows = tuple(row for result in results if isinstance(result, list) for row in result)
    return rows, tuple(result for result in results if isinstance(result, UnreadableAccount))


def users(rows: Iterable[InventoryRow], product: str, version: str) -> Sequence[InventoryRow]:
    """The provisioned products of one version."""
    return [row for row in rows if (row.product, row.version) == (product, version)]


def _spokes(aws: Aws) -> Mapping[str, str]:
    """Sorted by name."""
    platform_accounts = (aws.hub_account, aws.management_account)
    log_archive = aws.platform.log_archive_account_name
    accounts = sorted(organization.account_ids(aws).items())
    return {name: id_ for name, id_ in accounts if id_ not in platform_accounts and name != log_archive}


def _newest_versions(aws: Aws) -> NewestVersions:
    return {region: Hub(aws, region).newest_versions() for region in aws.platform.regions}


def _account(aws: Aws, name: str, account: str, latest: NewestVersions) -> list[InventoryRow]:
    return [
        InventoryRow(
            account=account,
            account_name=name,
            region=region,
            name=provisioned.name,
            product=provisioned.product,
            version=provisioned.version,
            latest=latest[region].get(provisioned.product, ""),
            status=provisioned.status,
            who=provisioned.user_arn,
        )
        for region in aws.platform.regions
        for provisioned in _provisioned_products(aws, account, region)
    ]


def _provisioned_products(aws: Aws, account: str, region: str) -> tuple[ProvisionedProduct, ...]:
    with (
        translate_errors(f"{account} ({region})"),
        aws.pooled_client("servicecatalog", region, account, READER, aws.hub_account) as catalog,
    ):
        return tuple(provisioned_products(catalog, region))
