"""`catalog break-glass`: request, approve and show temporary use of platform-fix-engineer."""

from __future__ import annotations

import getpass
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from functools import wraps
from typing import Any

import click

from generators.aws import organization
from generators.aws.errors import REFUSED
from generators.aws.session import connect
from generators.break_glass.parameter_store import BreakGlassClient
from generators.config import repository
from generators.errors import UserError
from scripts.terminal import break_glass, emit, waiting

_EXAMPLES = """
\b
Examples:
  catalog break-glass request --account credit-risk-production --minutes 30 --reason "INC-7: endpoint is stuck"
  catalog break-glass approve --account credit-risk-production --requester erin       by another person
  catalog break-glass status --account credit-risk-production

\b
Then the requester assumes the role with the emergency user's key and a code of its MFA device:
  aws sts assume-role --role-arn arn:aws:iam::ACCOUNT:role/platform-fix-engineer --role-session-name erin \\
      --serial-number DEVICE --token-code CODE

\b
Exit codes: 0 done, 1 invalid input, 3 AWS refused or access was not granted.
"""


@click.group(epilog=_EXAMPLES)
def command() -> None:
    """Request temporary use of platform-fix-engineer (at most 60 minutes, approved by a second person).

    Access ends by itself; every step raises an alarm.
    """


def _in_account(function: Callable[..., None]) -> Callable[..., None]:
    @click.option("--account", required=True, metavar="NAME|ID", help="The spoke, such as credit-risk-production.")
    @click.option(
        "--as", "person", default="", metavar="NAME",
        help="Your name: the tag `owner` of your sign-in, which AWS verifies. Default: your login name.",
    )  # fmt: skip
    @click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
    @wraps(function)
    def wrapped(account: str, person: str, as_json: bool, **options: Any) -> None:
        aws = connect(repository.find_root())
        client = BreakGlassClient(aws, organization.account_id(aws, account), person or getpass.getuser())
        function(client=client, as_json=as_json, **options)

    return wrapped


@command.command(epilog=_EXAMPLES)
@click.option("--minutes", type=int, required=True, help="Duration of the access, 1 to 60.")
@click.option("--reason", required=True, help="What must be fixed, in a sentence.")
@_in_account
def request(client: BreakGlassClient, as_json: bool, minutes: int, reason: str) -> None:
    """Request access. A newer request replaces an older one; a request expires after an hour without approval."""
    access = client.request(minutes, reason)
    text = (
        f"{access.requester} asks for {minutes} minutes in {client.where}; another person must approve within the hour"
    )
    emit(text, asdict(access), as_json)


@command.command(epilog=_EXAMPLES)
@click.option("--requester", required=True, metavar="NAME", help="The person whose request to approve.")
@_in_account
def approve(client: BreakGlassClient, as_json: bool, requester: str) -> None:
    """Approve another person's newest request; access begins at once."""
    with waiting(f"opening for {requester}"):
        grant = client.approve(requester)
    if grant is None:
        problem = f"{client.where}: {requester}'s request is approved but no window has opened yet"
        raise UserError(f"{problem}; the alarm says why, look again with `catalog break-glass status`", REFUSED)
    emit(f"{client.where}: open for {requester} until {grant.ends}", {"open": asdict(grant)}, as_json)


@command.command(epilog=_EXAMPLES)
@_in_account
def status(client: BreakGlassClient, as_json: bool) -> None:
    """Show the open grant, the pending requests, and every grant."""
    account, now = client.status(), datetime.now(UTC)
    emit(break_glass.table(account, client.where, now), break_glass.data(account, now), as_json)
