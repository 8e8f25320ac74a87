"""`python -m scripts.vend apply|plan|destroy organization|hub|spoke [--account NAME]`."""

from __future__ import annotations

import sys

import click

from generators.catalog import load
from generators.catalog.aws.session import connect
from generators.catalog.model import CatalogError
from generators.catalog.show import complain, say
from scripts.vend import estate, terraform
from scripts.vend.estate import ROOTS, Unit

_EPILOG = """\b
Examples:
  python -m scripts.vend apply organization
  python -m scripts.vend apply spoke --account credit-risk-development
  python -m scripts.vend plan hub --expect-empty      exit 2 when something would change
\b
Logs lie in .local/logs, one file for each root and account."""


@click.command(epilog=_EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("step", type=click.Choice(["plan", "apply", "destroy"]))
@click.argument("root", type=click.Choice(ROOTS))
@click.option("--account", default="", help="Account name, for the root spoke: credit-risk-development.")
@click.option("--expect-empty", is_flag=True, help="With plan: exit 2 unless nothing would change.")
def command(step: str, root: str, account: str, expect_empty: bool) -> int:
    """Run one step of one root module against the target (TARGET=aws for the real one)."""
    repository = load.find_root()
    aws = connect(repository)
    changed = False
    for unit in estate.units(repository, aws, root, account):
        changed |= _step(step, unit)
    return 2 if expect_empty and changed else 0


def _step(step: str, unit: Unit) -> bool:
    if step == "destroy":
        terraform.destroy(unit)
        say(f"{unit.title}: destroyed")
        return True
    counts = terraform.plan(unit)
    if step == "apply" and counts.changes:
        terraform.apply(unit)
    done = {"plan": "planned", "apply": "applied"}[step]
    say(f"{unit.title}: {done}: {counts}" if counts.changes else f"{unit.title}: no changes")
    return bool(counts.changes)


def main() -> None:
    """Run the command; what a person can correct is told in a line each."""
    try:
        sys.exit(command.main(prog_name="vend", standalone_mode=False) or 0)
    except click.ClickException as error:
        error.show()
        sys.exit(1)
    except CatalogError as error:
        complain(error.problems)
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
