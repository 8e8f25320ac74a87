"""`catalog break-glass`: a window of the closed role, asked for, approved by another person, shown."""

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
from scripts.terminal import break_glass as show
from scripts.terminal import emit, waiting

_EXAMPLES = """
\b
Examples:
  catalog break-glass request --account credit-risk-production --minutes 30 --reason "INC-7: endpoint is stuck"
  catalog break-glass approve --account credit-risk-production --requester erin       by another person
  catalog break-glass status --account credit-risk-production

\b
Then the requester takes the role on with the emergency user's key and a code of its device:
  aws sts assume-role --role-arn arn:aws:iam::ACCOUNT:role/platform-fix-engineer --role-session-name erin \\
      --serial-number DEVICE --token-code CODE

\b
Exit codes: 0 done, 1 an input must be mended, 3 AWS refused or no window opened.
"""


@click.group(epilog=_EXAMPLES)
def command() -> None:
    """The role platform-fix-engineer is closed. A window opens it for one person, an hour at most, after another
    person's approval, and closes by itself; every step raises an alarm.
    """


def _in_account(function: Callable[..., None]) -> Callable[..., None]:
    @click.option("--account", required=True, metavar="NAME|ID", help="The spoke, such as credit-risk-production.")
    @click.option(
        "--as", "person", default="", metavar="NAME",
        help="Who you are: the tag `owner` of your sign-in; AWS lets nobody be another. Default: your login name.",
    )  # fmt: skip
    @click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
    @wraps(function)
    def wrapped(account: str, person: str, as_json: bool, **others: Any) -> None:
        aws = connect(repository.find_root())
        there = BreakGlassClient(aws, organization.account_id(aws, account), person or getpass.getuser())
        function(there=there, as_json=as_json, **others)

    return wrapped


@command.command(epilog=_EXAMPLES)
@click.option("--minutes", type=int, required=True, help="How long the window shall be, 1 to 60.")
@click.option("--reason", required=True, help="What must be mended, in a sentence.")
@_in_account
def request(there: BreakGlassClient, as_json: bool, minutes: int, reason: str) -> None:
    """Ask for a window. A newer request takes the place of an older one; each waits an hour for its approval."""
    made = there.request(minutes, reason)
    text = f"{made.requester} asks for {minutes} minutes in {there.where}; another person must approve within the hour"
    emit(text, asdict(made), as_json)


@command.command(epilog=_EXAMPLES)
@click.option("--requester", required=True, metavar="NAME", help="Whose request.")
@_in_account
def approve(there: BreakGlassClient, as_json: bool, requester: str) -> None:
    """Approve another person's newest request; the window opens at once."""
    with waiting(f"opening for {requester}"):
        opened = there.approve(requester)
    if opened is None:
        what = f"{there.where}: {requester}'s request is approved but no window has opened yet"
        raise UserError(f"{what}; the alarm says why, look again with `catalog break-glass status`", REFUSED)
    emit(f"{there.where}: open for {requester} until {opened.ends}", {"open": asdict(opened)}, as_json)


@command.command(epilog=_EXAMPLES)
@_in_account
def status(there: BreakGlassClient, as_json: bool) -> None:
    """Show what is open, what waits for an approval, and every window that there was."""
    found, now = there.status(), datetime.now(UTC)
    emit(show.table(found, there.where, now), show.data(found, now), as_json)
