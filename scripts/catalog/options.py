"""Options that the commands for one spoke share: account, role, region and parameters."""

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
    """Add --account, --role and --region; the command gets `connect_spoke`, which connects to that spoke."""

    @click.option("--account", required=True, metavar="NAME|ID", help="The spoke, such as credit-risk-development.")
    @click.option("--role", default=LEAD, show_default=True, help="The role to assume in the account.")
    @click.option("--region", default="", help="Default: the home region of platform.yaml.")
    @wraps(function)
    def command(account: str, role: str, region: str, **options: Any) -> None:
        function(connect_spoke=lambda: _spoke(account, role, region), **options)

    return command


def parse_parameters(texts: tuple[str, ...]) -> Mapping[str, str]:
    """KEY=VALUE texts as a mapping; UserError with every text that has another form."""
    invalid = [text for text in texts if "=" not in text]
    if invalid:
        raise UserError(f"--param {text}: is not KEY=VALUE; write --param HomeRetention=Delete" for text in invalid)
    return dict(text.split("=", 1) for text in texts)


def _spoke(account: str, role: str, region: str) -> Spoke:
    aws = connect(repository.find_root())
    regions = aws.platform.regions
    if region and region not in regions:
        raise UserError(f"--region {region}: the platform is not there; use one of: {', '.join(regions)}")
    return Spoke(aws, organization.account_id(aws, account), region or regions[0], role)
