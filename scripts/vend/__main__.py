"""`python -m scripts.vend team|drift|decommission|list|plan|apply|destroy`: Terraform, one state for each account."""

from __future__ import annotations

from typing import NoReturn

import click

from scripts import program
from scripts.vend.commands import COMMANDS

_EPILOG = """\b
Examples:
  python -m scripts.vend team credit-risk             the team's three accounts, where an input changed
  python -m scripts.vend team all --plan              what would change everywhere
  python -m scripts.vend drift all                    changes that were not made by Terraform; exit 2 when any
  python -m scripts.vend decommission fraud           close a team's accounts
  python -m scripts.vend plan hub --expect-empty      one root module
\b
Exit codes: 0 done, 1 invalid input or a file that cannot be written, 2 drift, changes where none were
expected or a plan check that fails, 3 AWS or Terraform refused, 130 interrupted.
Logs are in .local/vend, one folder for each state."""


@click.group(epilog=_EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Team files become accounts with a baseline (TARGET=aws for real ones)."""


for _command in COMMANDS:
    cli.add_command(_command)


def main() -> NoReturn:
    """Run one command and end the process."""
    program.run(
        "vend",
        lambda: cli.main(prog_name="vend", standalone_mode=False),
        "Terraform has stopped after its current operation; run it again, it goes on where it stopped",
    )


if __name__ == "__main__":
    main()
