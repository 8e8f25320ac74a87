"""The accounts that all team files together request, validated before anything changes. Reads files, nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from generators.accounts import ip_allocation, teams
from generators.accounts.ip_allocation import Allocations
from generators.accounts.teams import Account, Team
from generators.config import repository
from generators.config.platform import Platform
from generators.errors import UserError, did_you_mean

SUSPENDED = "suspended"


@dataclass(frozen=True, slots=True)
class AccountRequests:
    """All teams with their IP allocations, and the teams whose files were removed."""

    platform: Platform
    teams: tuple[Team, ...]
    allocations: Allocations

    @property
    def accounts(self) -> tuple[Account, ...]:
        """Every account that a team file requests."""
        return teams.accounts(self.teams, self.platform.environments)

    @property
    def removed(self) -> tuple[str, ...]:
        """Teams with an IP allocation and without a file."""
        return tuple(sorted(set(self.allocations) - {team.name for team in self.teams}))

    def select(self, name: str) -> tuple[Account, ...]:
        """The accounts of one team, one account, or `all`; UserError with the nearest name."""
        matches = tuple(account for account in self.accounts if name in ("all", account.team.name, account.name))
        if not matches:
            hint = did_you_mean(name, [team.name for team in self.teams])
            raise UserError(f"TEAM={name}: {teams.FOLDER}/{name}.yaml does not exist; {hint}")
        return matches

    def account(self, name: str) -> Account:
        """One account by its name; UserError with the names that exist."""
        accounts = {account.name: account for account in self.accounts}
        if name not in accounts:
            raise UserError(f"--account {name or '(missing)'}: choose one of {', '.join(sorted(accounts))}")
        return accounts[name]

    def cidr_block(self, account: Account, region: str) -> str:
        """The account's part of its team's CIDR block in one region."""
        position = self.platform.environments.index(account.environment)
        block = self.allocations[account.team.name]
        return str(ip_allocation.subnet(block, position, account.team.regions.index(region)))

    def organization(self, suspended: str = "", without: str = "") -> Mapping[str, Mapping[str, str]]:
        """Account name -> e-mail address and organizational unit, for every team with an IP allocation.

        A team whose file was removed keeps its accounts. `suspended` and `without` name the team that is being
        decommissioned.
        """
        return {
            name: {
                "email": teams.email(self.platform, name),
                "unit": SUSPENDED if team == suspended else environment,
            }
            for team in self.allocations
            if team != without
            for environment in self.platform.environments
            for name in [teams.account_name(team, environment)]
        }

    @property
    def warnings(self) -> tuple[str, ...]:
        """One sentence for each team whose file was removed."""
        return tuple(
            f"{teams.FOLDER}/{team}.yaml is gone but its accounts are not; nothing is destroyed: bring the file back;"
            f" to end the accounts, run `make decommission TEAM={team}` then"
            for team in self.removed
        )


def read(root: Path) -> AccountRequests:
    """Every team file and IP allocation; UserError with every problem of all files."""
    platform = repository.platform(root)
    every_team, recorded = teams.read(root, platform), ip_allocation.read(root)
    pool, default = platform.ip_allocation.pool_cidr, platform.ip_allocation.default_prefix_length
    requests = AccountRequests(platform, every_team, ip_allocation.allocate(pool, default, every_team, recorded))
    new_teams = [team for team in every_team if team.name not in recorded]
    if new_teams and requests.removed:
        removed = ", ".join(requests.removed)
        raise UserError(
            f"{team.location}: team '{team.name}' is new while the file of {removed} is gone; accounts"
            " cannot be renamed: bring that file back, and end its accounts with `make decommission` if they should go"
            for team in new_teams
        )
    return requests
