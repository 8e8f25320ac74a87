"""`catalog analyze-access`: search for privilege escalation."""

from __future__ import annotations

import click

from generators.access.analysis import example_account, privilege_escalation
from generators.config import repository
from scripts.terminal import emit, escalation

_EXAMPLES = """
\b
Examples:
  catalog analyze-access
  catalog analyze-access --json | jq -r '.paths[].chain'    for programs

\b
Exit codes: 0 no path, 1 an input to correct, 2 a path.
"""


@click.command(epilog=_EXAMPLES)
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
@click.pass_context
def command(context: click.Context, as_json: bool) -> None:
    """Search for privilege escalation in roles.yaml, launch policies and the roles that products create.

    A path is a chain of roles from a principal to a goal: to approve a model, to register an approved one, to release
    to production, or to write there, although matrix.yaml denies it. Paths of the roles that deploy approved models
    are intended and no findings. Personas are analyzed a second time without the service control policies.
    """
    report = privilege_escalation.analyze(example_account.read(repository.find_root()))
    emit(escalation.table(report), escalation.data(report), as_json)
    context.exit(2 if report.findings else 0)
