"""What the commands that work in a spoke share: which account, as whom, with which parameters."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

import click

from generators.aws import organization
from generators.aws.session import connect
from generators.catalog.spoke import Spoke
from generators.config import repository
from generators.errors import UserError

LEAD = "technical-lead"


def in_spoke(function: Callable[..., None]) -> Callable[..., None]:
    """--account, --role and --region; the command gets `there`, a function that connects to the spoke they name."""

    @click.option("--account", required=True, metavar="NAME|ID", help="The spoke, such as credit-risk-development.")
    @click.option("--role", default=LEAD, show_default=True, help="The role in the account to act as.")
    @click.option("--region", default="", help="Default: the home region of platform.yaml.")
    @wraps(function)
    def command(account: str, role: str, region: str, **others: Any) -> None:
        function(there=lambda: _spoke(account, role, region), **others)

    return command


def pairs(texts: tuple[str, ...]) -> Mapping[str, str]:
    """KEY=VALUE words; UserError for every word that is none."""
    wrong = [text for text in texts if "=" not in text]
    if wrong:
        raise UserError(f"--param {text}: is not KEY=VALUE; write --param HomeRetention=Delete" for text in wrong)
    return dict(text.split("=", 1) for text in texts)


def _spoke(account: str, role: str, region: str) -> Spoke:
    aws = connect(repository.find_root())
    known = aws.platform.regions
    if region and region not in known:
        raise UserError(f"--region {region}: the platform is not there; use one of: {', '.join(known)}")
    return Spoke(aws, organization.account_id(aws, account), region or known[0], role)
