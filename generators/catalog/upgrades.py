"""Provisioned products that run below the newest version of their product. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from generators.release.version import Version


@dataclass(frozen=True, slots=True)
class Provisioned:
    """A provisioned product of one account and region, as Service Catalog lists it."""

    id: str
    name: str
    product: str
    version: str
    status: str  # AVAILABLE, UNDER_CHANGE, TAINTED, ERROR, PLAN_IN_PROGRESS
    who: str  # ARN of the principal that launched it
    region: str
    stack: str  # ARN of its CloudFormation stack
    record: str = ""  # id of the last request about it


@dataclass(frozen=True, slots=True)
class Upgrade:
    """One provisioned product to another version."""

    name: str
    product: str
    version: str
    to: str


def plan_upgrades(provisioned: Iterable[Provisioned], latest: Mapping[str, str]) -> tuple[Upgrade, ...]:
    """Provisioned products below the newest version of their product; a tainted one is tried again.

    `latest` is product -> newest version in use. Versions that are not ours to read are left alone.
    """
    return tuple(
        Upgrade(it.name, it.product, it.version, latest[it.product])
        for it in provisioned
        if it.product in latest and _is_below(it, latest[it.product])
    )


def newest(versions: Iterable[str]) -> str:
    """The highest of these version names, "" without one."""
    return str(max((Version.parse(it) for it in versions if _is_version(it)), default=""))


def _is_below(it: Provisioned, latest: str) -> bool:
    if not _is_version(it.version) or it.status not in ("AVAILABLE", "TAINTED"):
        return False
    version, newest_one = Version.parse(it.version), Version.parse(latest)
    return version < newest_one or (version == newest_one and it.status == "TAINTED")


def _is_version(text: str) -> bool:
    try:
        Version.parse(text)
    except ValueError:
        return False
    return True
