"""Which pieces of the estate a root module is applied for, with their variables and state. Reads AWS."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from generators.accounts.account_requests import AccountRequests
from generators.accounts.teams import Account, account_name
from generators.aws import terraform_state
from generators.aws.organization import account_ids
from generators.aws.session import Aws
from generators.errors import UserError

ROOTS = ("organization", "log_archive", "hub", "spoke", "vending")
_ROLE = "OrganizationAccountAccessRole"  # AWS Organizations makes it in every account


@dataclass(frozen=True, slots=True)
class TerraformState:
    """One state: a root module, its variables, where its state lies."""

    repository: Path
    root: str
    title: str
    workspace: str = ""  # one for each account or region; "" for a root that has a single state
    variables: dict[str, Any] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    backend: dict[str, str] = field(default_factory=dict)
    parallelism: int = 10  # resources at a time; Terraform's own default

    @property
    def key(self) -> str:
        """Where the state lies in the bucket."""
        return f"{self.root}/{self.workspace}" if self.workspace else self.root

    @property
    def module(self) -> Path:
        """The root module's folder."""
        return self.repository / "terraform" / "live" / self.root

    @property
    def data(self) -> Path:
        """Terraform's working data: one initialisation serves all units of a root."""
        return self.repository / ".local" / "terraform" / self.root

    def local(self, name: str) -> Path:
        """A file of this unit's own, such as its plan or its log."""
        return self.repository / ".local" / "vend" / self.key.replace("/", "-") / name


def organization(repository: Path, aws: Aws, requests: AccountRequests, **decommissioned: str) -> TerraformState:
    """The organisation with every team's accounts."""
    variables = {"accounts": requests.organization(**decommissioned)}
    at_once = aws.platform.concurrency.account_creations
    return TerraformState(repository, "organization", "organization", "", variables, parallelism=at_once, **_where(aws))


def log_archive(repository: Path, aws: Aws) -> TerraformState:
    """The account that keeps everyone's logs; UserError when the organisation was never applied."""
    made = terraform_state.outputs(aws, "organization")
    needed = {"organization_id": made["organization_id"], "management_account_id": aws.management_account}
    variables = {"account_id": made["log_archive_account_id"], "organization": needed, "role_name": _ROLE}
    return TerraformState(repository, "log_archive", "log archive", "", variables, **_where(aws))


def hubs(repository: Path, aws: Aws) -> tuple[TerraformState, ...]:
    """The hub in every region; UserError when the organisation was never applied."""
    made = terraform_state.outputs(aws, "organization")
    needed = {key: made[key] for key in ("organization_id", "unit_arns")}
    variables = {"account_id": made["hub_account_id"], "organization": needed, "role_name": _ROLE}
    where = _where(aws)
    return tuple(
        TerraformState(repository, "hub", f"hub {region}", region, {**variables, "region": region}, **where)
        for region in aws.platform.regions
    )


def spokes(
    repository: Path, aws: Aws, requests: AccountRequests, wanted: tuple[Account, ...]
) -> tuple[TerraformState, ...]:
    """A unit for each account and region; UserError when the hub was never applied or an account does not exist."""
    ids = account_ids(aws)
    missing = [account for account in wanted if account.name not in ids]
    if missing:
        raise UserError(
            f"{it.name}: the organisation has no such account yet; run `make vend TEAM={it.team.name}`"
            for it in missing
        )
    shared, where = _shared(aws), _where(aws)
    return tuple(
        TerraformState(
            repository,
            "spoke",
            *_names(it, region),
            {**_asked(requests, it, region), **shared, **_ids(aws, ids, it)},
            **where,
        )
        for it in wanted
        for region in it.team.regions
    )


def vending(repository: Path, aws: Aws) -> TerraformState:
    """The pipeline that vends on AWS's own engine, in the management account; UserError when there is no hub yet."""
    where, made = _where(aws), terraform_state.outputs(aws, "organization")
    variables = {
        "account_id": aws.management_account,
        "organization_id": made["organization_id"],
        "platform_account_ids": [made["hub_account_id"], made["log_archive_account_id"]],
        "image": terraform_state.outputs(aws, f"hub/{aws.platform.regions[0]}")["images"]["vending"],
        "state_access": {"state_bucket": where["backend"]["bucket"], "role_name": _ROLE},
    }
    return TerraformState(repository, "vending", "vending", "", variables, **where)


def units(repository: Path, aws: Aws, requests: AccountRequests, root: str, account: str) -> tuple[TerraformState, ...]:
    """The units of one root module; UserError when the account is not one of a team file."""
    if root == "organization":
        return (organization(repository, aws, requests),)
    if root == "log_archive":
        return (log_archive(repository, aws),)
    if root == "hub":
        return hubs(repository, aws)
    if root == "vending":
        return (vending(repository, aws),)
    return spokes(repository, aws, requests, (requests.account(account),))


def _names(account: Account, region: str) -> tuple[str, str]:
    """Title and workspace: the account's name, with the region behind it when that is not the team's first."""
    if region == account.team.regions[0]:
        return account.name, account.name
    return f"{account.name} {region}", f"{account.name}.{region}"


def _asked(requests: AccountRequests, account: Account, region: str) -> dict[str, Any]:
    """What the team file and platform.yaml say of one account in one region."""
    team = account.team
    people = {role: list(groups) for role, groups in team.people.items()}
    return {
        "account_name": account.name,
        "team": team.name,
        "environment": account.environment,
        "region": region,
        "is_home_region": region == team.regions[0],
        "cidr_block": requests.address_block(account, region),
        "settings": dict(team.settings[account.environment]),
        "request": {"owner": team.owner, "cost_centre": team.cost_centre, "budget": team.budget, "people": people},
        "role_name": _ROLE,
    }


def _ids(aws: Aws, ids: Mapping[str, str], account: Account) -> dict[str, Any]:
    """The account's id, and those of its team, between which models are promoted."""
    own = {it: ids[account_name(account.team.name, it)] for it in aws.platform.environments}
    return {"account_id": ids[account.name], "accounts": own}


def _shared(aws: Aws) -> dict[str, Any]:
    """What every spoke is given of the other roots."""
    hub = terraform_state.outputs(aws, f"hub/{aws.platform.regions[0]}")
    made = terraform_state.outputs(aws, "organization")
    given = {"account_id": made["hub_account_id"], **{key: hub[key] for key in ("studio_repository_url", "contracts")}}
    logs = terraform_state.outputs(aws, "log_archive")
    archive = {"account_id": made["log_archive_account_id"], **{key: logs[key] for key in ("bucket_name", "key_arn")}}
    ids = {"organization_id": made["organization_id"], "management_account_id": aws.management_account}
    return {"hub": given, **ids, "log_archive": archive}


def _where(aws: Aws) -> dict[str, Any]:
    """Where Terraform finds AWS and the states."""
    return {"environment": terraform_state.environment(aws), "backend": terraform_state.backend(aws)}
