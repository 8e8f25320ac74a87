"""`python -m scripts.audit`: scans Terraform and the newest templates of the products with independent scanners."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from rich.table import Table

from generators.config import repository
from generators.config.files import write_atomically
from generators.release import load, versions_folder
from scripts import program
from scripts.audit import checkov, control_tower, lint, nist
from scripts.audit.report import Report
from scripts.audit.tools import MissingToolError
from scripts.terminal import emit, print_errors, print_line

RESULTS = Path(".local/audit")
SCANNERS = {"cfn-lint": lint.audit, "checkov": checkov.audit, "control-tower": control_tower.audit, "nist": nist.audit}


def main() -> int:
    """0 when every scanner is within its bound or missing, 2 when one is not, 1 when a file cannot be read."""
    root = repository.find_root()
    reports, skipped = _scan(root)
    print_errors(tuple(line for report in reports if report.bound for line in report.failures))
    emit(_table(reports), None, as_json=False)
    for line in skipped:
        print_line(line)
    print_line(f"every finding: {RESULTS}/")
    return 0 if all(report.passed for report in reports) else 2


def _scan(root: Path) -> tuple[list[Report], list[str]]:
    folder = root / RESULTS
    releases = map(versions_folder.declared_release, load.products(root))
    templates = {release.product.name: release.path for release in releases}
    reports, skipped = [], []
    for name, audit in SCANNERS.items():
        try:
            report = audit(root, templates)
        except MissingToolError as error:
            skipped.append(f"{name} is skipped: {error}")
            continue
        reports.append(report)
        write_atomically(folder / f"{name}.json", f"{json.dumps(report.raw, indent=1)}\n".encode())
    summary = {"reports": [report.data for report in reports], "skipped": skipped}
    write_atomically(folder / "summary.json", f"{json.dumps(summary, indent=1)}\n".encode())
    return reports, skipped


def _table(reports: Iterable[Report]) -> Table:
    table = Table("scanner", "seen", "result", "bound", "held")
    for report in reports:
        passed = "yes" if report.passed else "NO"
        table.add_row(report.scanner, report.scope, report.result, report.bound or "-", passed)
    return table


if __name__ == "__main__":
    program.run("audit", main, "run it again")
