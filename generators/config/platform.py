"""The platform's settings (terraform/platform.yaml). Reads files, nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Network
from pathlib import Path
from types import MappingProxyType

from generators.config import validation
from generators.config.schema import PlatformFile
from generators.config.yaml_reader import Document, file_version
from generators.errors import UserError, did_you_mean

FILE = Path("terraform/platform.yaml")


@dataclass(frozen=True, slots=True)
class Target:
    """Account ids of one target, `local` or `aws`."""

    management: str
    hub: str


@dataclass(frozen=True, slots=True)
class Portfolio:
    """A Service Catalog portfolio, which Terraform creates in the hub."""

    name: str
    title: str
    description: str
    organizational_units: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class IpAllocation:
    """The address pool of all teams' networks."""

    pool_cidr: IPv4Network
    default_prefix_length: int  # of a team's block


@dataclass(frozen=True, slots=True)
class Concurrency:
    """Limits on the number of operations that run at the same time."""

    account_creations: int
    terraform_runs: int
    account_reads: int
    hub_reads: int
    upgrades: int


@dataclass(frozen=True, slots=True)
class PackageIndex:
    """The package index of the hub: a CodeArtifact domain and the repository with the approved packages."""

    domain: str
    repository: str


@dataclass(frozen=True, slots=True)
class Platform:
    """The settings that Terraform and Python share; the first region is the home region."""

    name_prefix: str
    regions: tuple[str, ...]
    email_domain: str
    organizational_units: tuple[str, ...]
    environments: tuple[str, ...]  # a team has one account in each
    targets: Mapping[str, Target]
    hub_account_name: str
    log_archive_account_name: str
    release_bucket: str  # without the account and region that are appended
    package_index: PackageIndex
    portfolios: Mapping[str, Portfolio]
    tags: Mapping[str, str]
    state_bucket: str  # without the management account's id
    ip_allocation: IpAllocation
    groups: tuple[str, ...]  # of the identity provider
    break_glass_users: tuple[str, ...]  # who may request break-glass access
    settings: Mapping[str, int]  # of every account's baseline
    mirror_exceptions: tuple[str, ...]
    concurrency: Concurrency

    def bucket(self, account: str, region: str) -> str:
        """The release bucket of one hub account in one region."""
        return f"{self.release_bucket}-{account}-{region}"


def read(root: Path) -> Platform:
    """terraform/platform.yaml. Cached until the file changes, because templates read it too."""
    return _read(root, file_version(root / FILE))


@cache
def _read(root: Path, _version: tuple[int, int]) -> Platform:
    file, document = validation.read(root / FILE, root, PlatformFile)
    problems = (*_unknown_units(file, document), *_unknown_exceptions(file, document), *_bad_pool(file, document))
    if problems:
        raise UserError(problems)
    return Platform(
        name_prefix=file.name_prefix,
        regions=tuple(file.regions),
        email_domain=file.organization.email_domain,
        organizational_units=tuple(file.organization.organizational_units),
        environments=tuple(file.organization.environments),
        targets=MappingProxyType(
            {name: Target(target.management, target.hub) for name, target in file.targets.items()}
        ),
        hub_account_name=file.hub.account_name,
        log_archive_account_name=file.log_archive.account_name,
        release_bucket=file.hub.release_bucket,
        package_index=PackageIndex(file.hub.package_index.domain, file.hub.package_index.repository),
        portfolios=MappingProxyType(_portfolios(file)),
        tags=MappingProxyType(dict(file.tags)),
        state_bucket=file.state_bucket,
        ip_allocation=IpAllocation(IPv4Network(file.ip_allocation.pool_cidr), file.ip_allocation.default_prefix_length),
        groups=tuple(file.groups),
        break_glass_users=tuple(file.break_glass_users),
        settings=MappingProxyType(file.settings.model_dump()),
        mirror_exceptions=tuple(file.mirror_exceptions),
        concurrency=Concurrency(**file.concurrency.model_dump()),
    )


def _portfolios(file: PlatformFile) -> dict[str, Portfolio]:
    return {
        name: Portfolio(name, entry.title, entry.description, tuple(entry.organizational_units))
        for name, entry in file.hub.portfolios.items()
    }


def _unknown_units(file: PlatformFile, document: Document) -> list[str]:
    existing = file.organization.organizational_units
    references: dict[tuple[str, ...], list[str]] = {("organization", "environments"): file.organization.environments}
    references |= {
        ("hub", "portfolios", name, "organizational_units"): portfolio.organizational_units
        for name, portfolio in file.hub.portfolios.items()
    }
    return [
        f"{document.where((*path, index))}: unknown organisational unit '{unit}'; {did_you_mean(unit, existing)}"
        for path, units in references.items()
        for index, unit in enumerate(units)
        if unit not in existing
    ]


def _unknown_exceptions(file: PlatformFile, document: Document) -> list[str]:
    settings = file.settings.model_dump()
    return [
        f"{document.where(('mirror_exceptions', index))}: unknown setting '{name}'; {did_you_mean(name, settings)}"
        for index, name in enumerate(file.mirror_exceptions)
        if name not in settings
    ]


def _bad_pool(file: PlatformFile, document: Document) -> list[str]:
    try:
        IPv4Network(file.ip_allocation.pool_cidr)
    except ValueError as error:
        return [
            f"{document.where(('ip_allocation', 'pool_cidr'))}: {error}; write an address block such as 10.20.0.0/14"
        ]
    return []
