"""Which pieces of the estate a root module is applied for, with their variables and state. Reads files and AWS."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from generators.catalog import load
from generators.catalog.aws import accounts, state
from generators.catalog.aws.session import Aws
from generators.catalog.model import CatalogError
from generators.catalog.platform import Team

ROOTS = ("organization", "hub", "spoke")


@dataclass(frozen=True, slots=True)
class Unit:
    """One state: a root module, its variables, where its state lies."""

    repository: Path
    root: str
    title: str
    key: str
    variables: dict[str, Any] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    backend: dict[str, str] = field(default_factory=dict)

    @property
    def module(self) -> Path:
        """The root module's folder."""
        return self.repository / "terraform" / "live" / self.root

    def local(self, kind: str) -> Path:
        """Where working data and logs of this unit lie."""
        return self.repository / ".local" / kind / self.key.replace("/", "-")


def units(repository: Path, aws: Aws, root: str, account: str) -> tuple[Unit, ...]:
    """The units of one command; CatalogError when the account is not one of a team file."""
    backend = state.backend(aws)
    common = {"environment": state.environment(aws), "backend": backend}
    if root == "organization":
        return (Unit(repository, root, root, "organization", {}, **common),)
    organization = state.outputs(aws, "organization")
    if root == "hub":
        return tuple(
            Unit(repository, root, f"hub {region}", f"hub/{region}", _hub(organization, region), **common)
            for region in aws.platform.regions
        )
    team, environment = _spoke(load.teams(repository), aws.platform.environments, account)
    variables = _spoke_variables(aws, team, environment, account)
    return (Unit(repository, root, account, f"spoke/{account}", variables, **common),)


def _hub(organization: dict[str, Any], region: str) -> dict[str, Any]:
    needed = {key: organization[key] for key in ("organization_id", "unit_arns")}
    return {"account_id": organization["hub_account_id"], "organization": needed, "region": region}


def _spoke(teams: tuple[Team, ...], environments: tuple[str, ...], account: str) -> tuple[Team, str]:
    known = {f"{team.name}-{environment}": (team, environment) for team in teams for environment in environments}
    if account not in known:
        raise CatalogError(f"--account {account or '(missing)'}: choose one of {', '.join(sorted(known))}")
    return known[account]


def _spoke_variables(aws: Aws, team: Team, environment: str, account: str) -> dict[str, Any]:
    hub = state.outputs(aws, f"hub/{aws.platform.regions[0]}")
    return {
        "account_id": accounts.by_name(aws)[account],
        "team": team.name,
        "environment": environment,
        "hub": {"account_id": aws.hub_account, "studio_repository_url": hub["studio_repository_url"]},
    }
