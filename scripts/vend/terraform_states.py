"""The Terraform states of the platform: root module, variables and backend of each. Reads AWS."""

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
_ROLE = "OrganizationAccountAccessRole"  # AWS Organizations creates it in every account


@dataclass(frozen=True, slots=True)
class TerraformState:
    """One Terraform state: a root module with its variables and backend."""

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
        """The key of the state in the bucket, without its file name."""
        return f"{self.root}/{self.workspace}" if self.workspace else self.root

    @property
    def module(self) -> Path:
        """The root module's folder."""
        return self.repository / "terraform" / "live" / self.root

    @property
    def data(self) -> Path:
        """Terraform's data directory, which all states of a root module share."""
        return self.repository / ".local" / "terraform" / self.root

    def local(self, name: str) -> Path:
        """A local file of this state, such as its plan or its log."""
        return self.repository / ".local" / "vend" / self.key.replace("/", "-") / name


def organization(repository: Path, aws: Aws, requests: AccountRequests, **decommissioned: str) -> TerraformState:
    """The organization with the accounts of all teams."""
    variables = {"accounts": requests.organization(**decommissioned)}
    options = {"parallelism": aws.platform.concurrency.account_creations, **_connection(aws)}
    return TerraformState(repository, "organization", "organization", "", variables, **options)


def log_archive(repository: Path, aws: Aws) -> TerraformState:
    """The log archive account; UserError when the organization was never applied."""
    outputs = terraform_state.outputs(aws, "organization")
    organization = {"organization_id": outputs["organization_id"], "management_account_id": aws.management_account}
    variables = {"account_id": outputs["log_archive_account_id"], "organization": organization, "role_name": _ROLE}
    return TerraformState(repository, "log_archive", "log archive", "", variables, **_connection(aws))


def hubs(repository: Path, aws: Aws) -> tuple[TerraformState, ...]:
    """The hub in every region; UserError when the organization was never applied."""
    outputs = terraform_state.outputs(aws, "organization")
    organization = {key: outputs[key] for key in ("organization_id", "unit_arns")}
    variables = {"account_id": outputs["hub_account_id"], "organization": organization, "role_name": _ROLE}
    connection = _connection(aws)
    return tuple(
        TerraformState(repository, "hub", f"hub {region}", region, {**variables, "region": region}, **connection)
        for region in aws.platform.regions
    )


def spokes(
    repository: Path, aws: Aws, requests: AccountRequests, accounts: tuple[Account, ...]
) -> tuple[TerraformState, ...]:
    """One state for each account and region; UserError when the hub was never applied or an account does not exist."""
    ids = account_ids(aws)
    missing = [account for account in accounts if account.name not in ids]
    if missing:
        raise UserError(
            f"{account.name}: the organisation has no such account yet; run `make vend TEAM={account.team.name}`"
            for account in missing
        )
    shared, connection = _shared(aws), _connection(aws)
    return tuple(
        TerraformState(
            repository,
            "spoke",
            *_names(account, region),
            {**_account_variables(requests, account, region), **shared, **_ids(aws, ids, account)},
            **connection,
        )
        for account in accounts
        for region in account.team.regions
    )


def vending(repository: Path, aws: Aws) -> TerraformState:
    """The vending pipeline in the management account; UserError when the hub was never applied."""
    connection, outputs = _connection(aws), terraform_state.outputs(aws, "organization")
    variables = {
        "account_id": aws.management_account,
        "organization_id": outputs["organization_id"],
        "platform_account_ids": [outputs["hub_account_id"], outputs["log_archive_account_id"]],
        "image": terraform_state.outputs(aws, f"hub/{aws.platform.regions[0]}")["images"]["vending"],
        "state_access": {"state_bucket": connection["backend"]["bucket"], "role_name": _ROLE},
    }
    return TerraformState(repository, "vending", "vending", "", variables, **connection)


def platform(repository: Path, aws: Aws, requests: AccountRequests) -> tuple[TerraformState, ...]:
    """The states that all accounts share: organization, log archive and hubs."""
    return (organization(repository, aws, requests), log_archive(repository, aws), *hubs(repository, aws))


def select(
    repository: Path, aws: Aws, requests: AccountRequests, root: str, account: str
) -> tuple[TerraformState, ...]:
    """The states of one root module; UserError when no team file requests the account."""
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
    """Title and workspace: the account's name, followed by the region when it is not the team's first."""
    if region == account.team.regions[0]:
        return account.name, account.name
    return f"{account.name} {region}", f"{account.name}.{region}"


def _account_variables(requests: AccountRequests, account: Account, region: str) -> dict[str, Any]:
    """The variables of one account in one region, from its team file and platform.yaml."""
    team = account.team
    people = {role: list(groups) for role, groups in team.people.items()}
    return {
        "account_name": account.name,
        "team": team.name,
        "environment": account.environment,
        "region": region,
        "is_home_region": region == team.regions[0],
        "cidr_block": requests.cidr_block(account, region),
        "settings": dict(team.settings[account.environment]),
        "request": {"owner": team.owner, "cost_centre": team.cost_centre, "budget": team.budget, "people": people},
        "role_name": _ROLE,
    }


def _ids(aws: Aws, ids: Mapping[str, str], account: Account) -> dict[str, Any]:
    """The ids of the account and of all accounts of its team, between which models are promoted."""
    team_ids = {
        environment: ids[account_name(account.team.name, environment)] for environment in aws.platform.environments
    }
    return {"account_id": ids[account.name], "accounts": team_ids}


def _shared(aws: Aws) -> dict[str, Any]:
    """The variables of every spoke from the outputs of the other root modules."""
    organization = terraform_state.outputs(aws, "organization")
    hub = terraform_state.outputs(aws, f"hub/{aws.platform.regions[0]}")
    archive = terraform_state.outputs(aws, "log_archive")
    return {
        "hub": {
            "account_id": organization["hub_account_id"],
            "studio_repository_url": hub["studio_repository_url"],
            "contracts": hub["contracts"],
        },
        "organization_id": organization["organization_id"],
        "management_account_id": aws.management_account,
        "log_archive": {
            "account_id": organization["log_archive_account_id"],
            "bucket_name": archive["bucket_name"],
            "key_arn": archive["key_arn"],
        },
    }


def _connection(aws: Aws) -> dict[str, Any]:
    """Environment variables and backend settings, with which Terraform reaches AWS."""
    return {"environment": terraform_state.environment(aws), "backend": terraform_state.backend(aws)}
