"""Teams (terraform/accounts/*.yaml) and their accounts. Reads files, nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from generators.accounts.team_schema import CustomizationsFile, TeamFile
from generators.config import validation
from generators.config.platform import Platform
from generators.config.yaml_reader import Document, Location
from generators.errors import UserError, did_you_mean

FOLDER = Path("terraform/accounts")
Settings = Mapping[str, int]
_MIRROR = ("pre-production", "production")
# https://docs.aws.amazon.com/organizations/latest/APIReference/API_CreateAccount.html
_NAME_LIMIT, _EMAIL_LIMIT = 50, 64  # characters


@dataclass(frozen=True, slots=True)
class Team:
    """One team file; `settings` contains the settings of each account, by environment."""

    name: str
    location: str  # `file:line` of its name
    owner: str
    cost_centre: str
    regions: tuple[str, ...]
    portfolios: tuple[str, ...]
    budget: int  # US dollars a month and account
    people: Mapping[str, tuple[str, ...]]  # role -> groups of the identity provider
    settings: Mapping[str, Settings] = field(default_factory=dict)
    cidr_block: str = ""  # "": vending allocates one
    prefix_length: int = 0  # 0: the platform's default
    cidr_location: str = ""  # `file:line` of cidr_block or prefix_length


@dataclass(frozen=True, slots=True)
class Account:
    """One account of a team."""

    team: Team
    environment: str

    @property
    def name(self) -> str:
        """Its name in AWS Organizations, such as credit-risk-development."""
        return account_name(self.team.name, self.environment)


def account_name(team: str, environment: str) -> str:
    """The name of a team's account in an environment."""
    return f"{team}-{environment}"


def email(platform: Platform, account: str) -> str:
    """The e-mail address of an account's root user."""
    return f"{account}@{platform.email_domain}"


def read(root: Path, platform: Platform) -> tuple[Team, ...]:
    """Every team, by name; UserError with every problem of every file, and of the files together."""
    teams = validation.map_all(lambda path: _team(path, root, platform), sorted((root / FOLDER).glob("*.yaml")))
    problems = tuple(_name_problems(teams, platform))
    if problems:
        raise UserError(problems)
    return teams


def accounts(teams: Iterable[Team], environments: Iterable[str]) -> tuple[Account, ...]:
    """One account for each team and environment, in the order of the environments."""
    ordered = tuple(environments)
    return tuple(Account(team, environment) for team in teams for environment in ordered)


def _team(path: Path, root: Path, platform: Platform) -> Team:
    file, document = validation.read(path, root, TeamFile)
    problems = [*_unknown_names(file, platform, document), *_unknown_scopes(file.customizations, platform, document)]
    if file.team != path.stem:
        problems.append(f"{document.where(('team',))}: team '{file.team}' lives in {path.name}; make the two equal")
    if file.cidr_block and file.prefix_length:
        where = document.where(("prefix_length",))
        problems.append(f"{where}: cidr_block says already which addresses the team has; keep one of the two")
    if problems:
        raise UserError(problems)
    team = Team(
        name=file.team,
        location=document.where(("team",)),
        owner=file.owner,
        cost_centre=file.cost_centre,
        regions=tuple(file.regions),
        portfolios=tuple(file.portfolios),
        budget=file.budget,
        people={role: tuple(groups) for role, groups in file.people.model_dump(by_alias=True).items()},
        settings={environment: _settings(platform, file, environment) for environment in platform.environments},
        cidr_block=file.cidr_block or "",
        prefix_length=file.prefix_length or 0,
        cidr_location=document.where(("cidr_block" if file.cidr_block else "prefix_length",)),
    )
    _require_equal_settings(team, platform, document)
    return team


def _settings(platform: Platform, file: TeamFile, environment: str) -> Settings:
    """The settings of an account. The most specific value wins: account, environment, global, platform."""
    custom_file, account = file.customizations, account_name(file.team, environment)
    custom = (
        custom_file.everywhere,
        custom_file.environments.get(environment),
        custom_file.accounts.get(account),
    )
    overrides = [settings.model_dump(exclude_unset=True) for settings in custom if settings]
    return dict(platform.settings) | {key: value for settings in overrides for key, value in settings.items()}


def _unknown_names(file: TeamFile, platform: Platform, document: Document) -> Iterator[str]:
    people = file.people
    references: Iterable[tuple[Location, list[str], str, Iterable[str]]] = (
        (
            ("regions",),
            file.regions,
            "region",
            platform.regions[:1],
        ),  # an account's baseline exists in the home region alone
        (("portfolios",), file.portfolios, "portfolio", platform.portfolios),
        (("people", "technical-lead"), people.technical_lead, "group", platform.groups),
        (("people", "model-approver"), people.model_approver, "group", platform.groups),
    )
    for location, names, noun, choices in references:
        for index, name in enumerate(names):
            if name not in choices:
                yield f"{document.where((*location, index))}: unknown {noun} '{name}'; {did_you_mean(name, choices)}"


def _unknown_scopes(file: CustomizationsFile, platform: Platform, document: Document) -> Iterator[str]:
    environments, team = platform.environments, Path(document.name).stem
    scopes: Mapping[str, tuple[Iterable[str], list[str]]] = {
        "environments": (file.environments, list(environments)),
        "accounts": (file.accounts, [account_name(team, environment) for environment in environments]),
    }
    for scope, (names, choices) in scopes.items():
        for name in names:
            if name not in choices:
                where = document.where(("customizations", scope, name))
                yield f"{where}: unknown {scope[:-1]} '{name}'; {did_you_mean(name, choices)}"


def _require_equal_settings(team: Team, platform: Platform, document: Document) -> None:
    """UserError when pre-production and production have different settings: a test in one would prove nothing."""
    if not set(_MIRROR) <= set(platform.environments):
        return
    before, after = (team.settings[environment] for environment in _MIRROR)
    different = [key for key in after if before[key] != after[key] and key not in platform.mirror_exceptions]
    where = document.where(("customizations",))
    if different:
        raise UserError(
            f"{where}: {key} is {before[key]} in {_MIRROR[0]} and {after[key]} in {_MIRROR[1]}; make them equal"
            f" (or name it under mirror_exceptions in terraform/platform.yaml)"
            for key in different
        )


def _name_problems(teams: Iterable[Team], platform: Platform) -> Iterator[str]:
    """Account names that AWS refuses, and account names of two teams that are equal."""
    every_account = accounts(teams, platform.environments)
    names = [platform.hub_account_name, platform.log_archive_account_name]
    counts = Counter([*names, *(account.name for account in every_account)])
    for account in every_account:
        address, where = email(platform, account.name), f"{account.team.location}: account {account.name}"
        if counts[account.name] > 1:
            yield f"{where}: another account has this name and the address {address}; rename the team"
        if len(account.name) > _NAME_LIMIT or len(address) > _EMAIL_LIMIT:
            yield (
                f"{where}: AWS takes names of {_NAME_LIMIT} and addresses of {_EMAIL_LIMIT} characters,"
                f" {address} is too long; shorten the team's name"
            )
