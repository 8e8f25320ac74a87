"""State that the steps of the demo share: fixed names, and values that later steps compare with."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field

HUB = "mlops-hub"
LOG_ARCHIVE = "mlops-log-archive"
ENVIRONMENTS = ("development", "pre-production", "production")
TEAM = "credit-risk"
SPOKE = f"{TEAM}-development"
PRE_PRODUCTION = f"{TEAM}-pre-production"
SECOND_TEAM = "fraud"
SECOND_SPOKE = f"{SECOND_TEAM}-development"
LEAD = "technical-lead"
STUDIO = "studio-environment"
PROFILE = "studio-user-profile"


def team_accounts(team: str) -> set[str]:
    """Names of a team's accounts, one for each environment."""
    return {f"{team}-{environment}" for environment in ENVIRONMENTS}


@dataclass(slots=True)
class DemoState:
    """Values that steps read and write."""

    report: Callable[[str], None] = print  # shows a line of progress while a step runs
    own_server: bool = False  # the demo uses an embedded AWS of its own, which ends with it
    first_version: str = "1.0.0"
    newer_version: str = ""
    broken_version: str = ""
    stack_id: str = ""
    domain_id: str = ""
    home_id: str = ""  # the domain's home file system
    physical_ids: dict[str, str] = field(default_factory=dict)  # by logical id, after the upgrade
    other_products: list[str] = field(default_factory=list)  # names of the products launched beside Studio
    team_vending: subprocess.Popen[str] | None = None  # vends the first team's two other accounts
    second_team_vending: subprocess.Popen[str] | None = None  # vends the second team's development account
