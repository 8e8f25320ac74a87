"""`python -m scripts.vend team|drift|decommission|list|plan|apply|destroy`: Terraform, one state for each account."""

from __future__ import annotations

import sys
from collections.abc import Callable

import click

from generators.errors import UserError
from scripts.terminal import print_errors
from scripts.vend.commands import COMMANDS

_EPILOG = """\b
Examples:
  python -m scripts.vend team credit-risk             the team's three accounts, where an input changed
  python -m scripts.vend team all --plan              what would change everywhere
  python -m scripts.vend drift all                    changes that were not made by Terraform; exit 2 when any
  python -m scripts.vend decommission fraud           close a team's accounts
  python -m scripts.vend plan hub --expect-empty      one root module
\b
Exit codes: 0 done, 1 invalid input, 2 drift, changes where none were expected or a plan check that
fails, 3 AWS or Terraform refused.
Logs are in .local/vend, one folder for each state."""


@click.group(epilog=_EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Team files become accounts with a baseline (TARGET=aws for real ones)."""


for _command in COMMANDS:
    cli.add_command(_command)


def main(run: Callable[..., int | None] = cli.main) -> None:
    """Run one command; errors that a person can fix are printed one per line."""
    try:
        sys.exit(run(prog_name="vend", standalone_mode=False) or 0)
    except click.ClickException as error:
        error.show()
        sys.exit(1)
    except (click.Abort, KeyboardInterrupt):
        print_errors(("vend: interrupted; run it again, it goes on where it stopped",))
        sys.exit(130)
    except UserError as error:
        print_errors(error.problems)
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
