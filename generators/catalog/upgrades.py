"""Plans the upgrades of provisioned products to the newest version of their product. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from generators.release.version import Version


@dataclass(frozen=True, slots=True)
class ProvisionedProduct:
    """A provisioned product of one account and region, as Service Catalog lists it."""

    id: str
    name: str
    product: str
    version: str
    status: str  # AVAILABLE, UNDER_CHANGE, TAINTED, ERROR, PLAN_IN_PROGRESS
    user_arn: str  # principal that launched it
    region: str
    stack_arn: str
    last_record_id: str = ""
    idempotency_token: str = ""  # of the request that created it


@dataclass(frozen=True, slots=True)
class Upgrade:
    """The upgrade of a provisioned product; the fields are the keys of `catalog upgrade --json`."""

    name: str
    product: str
    version: str
    to: str  # the other version


def plan_upgrades(provisioned: Iterable[ProvisionedProduct], latest: Mapping[str, str]) -> tuple[Upgrade, ...]:
    """Upgrades of what runs below the newest version of its product; a tainted one is tried again.

    `latest` is product -> newest version in use. A version that is no semantic version is ignored.
    """
    return tuple(
        Upgrade(item.name, item.product, item.version, latest[item.product])
        for item in provisioned
        if item.product in latest and _needs_upgrade(item, latest[item.product])
    )


def newest(versions: Iterable[str]) -> str:
    """The highest of these version names, "" without one."""
    return str(max(filter(None, map(Version.find, versions)), default=""))


def _needs_upgrade(provisioned: ProvisionedProduct, latest: str) -> bool:
    version, latest_version = Version.find(provisioned.version), Version.find(latest)
    if version is None or latest_version is None or provisioned.status not in ("AVAILABLE", "TAINTED"):
        return False
    return version < latest_version or (version == latest_version and provisioned.status == "TAINTED")
