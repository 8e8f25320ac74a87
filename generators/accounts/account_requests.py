"""What all team files together ask for, checked before anything is done. Reads files; writes the address book."""

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
    """Every team, the addresses of each, and whose files are gone."""

    platform: Platform
    teams: tuple[Team, ...]
    book: Allocations

    @property
    def accounts(self) -> tuple[Account, ...]:
        """Every account that a team file asks for."""
        return teams.accounts(self.teams, self.platform.environments)

    @property
    def removed(self) -> tuple[str, ...]:
        """Teams of the address book without a file."""
        return tuple(sorted(set(self.book) - {team.name for team in self.teams}))

    def of(self, name: str) -> tuple[Account, ...]:
        """The accounts of one team, one account, or `all`; UserError with the nearest name."""
        found = tuple(it for it in self.accounts if name in ("all", it.team.name, it.name))
        if not found:
            known = [team.name for team in self.teams]
            raise UserError(f"TEAM={name}: {teams.FOLDER}/{name}.yaml does not exist; {did_you_mean(name, known)}")
        return found

    def account(self, name: str) -> Account:
        """One account by its name; UserError with those that exist."""
        found = {account.name: account for account in self.accounts}
        if name not in found:
            raise UserError(f"--account {name or '(missing)'}: choose one of {', '.join(sorted(found))}")
        return found[name]

    def address_block(self, account: Account, region: str) -> str:
        """The account's part of its team's block; each further region has a part of the last quarter's."""
        position = self.platform.environments.index(account.environment)
        return str(ip_allocation.part(self.book[account.team.name], position, account.team.regions.index(region)))

    def organization(self, suspended: str = "", without: str = "") -> Mapping[str, Mapping[str, str]]:
        """Account name -> address and unit, of every team in the book: a file that is gone takes no account along.

        `suspended` and `without` name the team that is being decommissioned.
        """
        return {
            name: {
                "email": teams.email(self.platform, name),
                "unit": SUSPENDED if team == suspended else environment,
            }
            for team in self.book
            if team != without
            for environment in self.platform.environments
            for name in [teams.account_name(team, environment)]
        }

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a person should know although nothing is wrong."""
        return tuple(
            f"{teams.FOLDER}/{team}.yaml is gone but its accounts are not; nothing is destroyed: bring the file back;"
            f" to end the accounts, run `make decommission TEAM={team}` then"
            for team in self.removed
        )


def read(root: Path) -> AccountRequests:
    """Every team file with the addresses of each team; UserError with every problem of them all."""
    platform = repository.platform(root)
    found, book = teams.read(root, platform), ip_allocation.read(root)
    pool, default = platform.ip_allocation.pool_cidr, platform.ip_allocation.default_prefix_length
    asked = AccountRequests(platform, found, ip_allocation.allocate(pool, default, found, book))
    new = [team for team in found if team.name not in book]
    if new and asked.removed:
        raise UserError(
            f"{team.place}: team '{team.name}' is new while the file of {', '.join(asked.removed)} is gone; accounts"
            " cannot be renamed: bring that file back, and end its accounts with `make decommission` if they should go"
            for team in new
        )
    return asked
