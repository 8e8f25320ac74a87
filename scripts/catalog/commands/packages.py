"""`catalog packages`: compare allow-list, lock files and package index, and fill the index."""

from __future__ import annotations

import click

from generators.aws.session import connect
from generators.config import repository
from generators.packages import differences, files
from generators.packages.index import Index
from scripts.terminal import emit, print_errors, print_line, progress

_EXAMPLES = """
\b
Examples:
  catalog packages check --files    allow-list and lock files alone, without AWS
  catalog packages check            and the package index
  catalog packages sync             copy what is approved and missing from quarantine

\b
Exit codes: 0 equal, 1 invalid input, 2 differences, 3 AWS refused.
"""


@click.group(epilog=_EXAMPLES)
def command() -> None:
    """Compare the allow-list terraform/packages.yaml with lock files and index, or fill the index.

    Lock files are those of the platform, of its images and of new projects.
    """


@command.command(epilog=_EXAMPLES)
@click.option("--files", "only_files", is_flag=True, help="Compare files alone; call no AWS.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of lines.")
@click.pass_context
def check(context: click.Context, only_files: bool, as_json: bool) -> None:
    """List versions that are missing, and versions that nothing needs."""
    root = repository.find_root()
    allowed, locked = files.allow_list(root), files.lock_files(root)
    lines = list(differences.in_files(allowed, locked))
    if not only_files:
        index = Index(connect(root))
        lines += differences.in_index(allowed, index.versions(), index.repository)
    total = f"{len(allowed)} approved versions checked: {len(lines) or 'no'} differences"
    emit("\n".join([*lines, total]), lines, as_json)
    context.exit(2 if lines else 0)


@command.command(epilog=_EXAMPLES)
@click.pass_context
def sync(context: click.Context) -> None:
    """Have quarantine fetch the approved versions that the index lacks, and copy them.

    Versions that CodeArtifact has not kept yet, which takes some minutes, are copied by the next run.
    """
    root = repository.find_root()
    allowed, index = files.allow_list(root), Index(connect(root))
    packages = [requirement.package for requirement in differences.missing(allowed, index.versions())]
    lacking = index.copy(packages)
    problems = {}
    if lacking:
        with progress("fetching into quarantine", len(lacking)) as on_progress:
            problems = index.fetch(sorted(lacking), on_progress)
        lacking = index.copy(lacking)
    print_line(f"{index.repository}: {len(packages) - len(lacking)} versions copied")
    reasons = {package: problems.get(package, "quarantine does not have it yet") for package in sorted(lacking)}
    print_errors(tuple(f"{package}: {reason}; run the command again later" for package, reason in reasons.items()))
    context.exit(2 if lacking else 0)
