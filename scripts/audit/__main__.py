"""`python -m scripts.audit`: what independent scanners say of the Terraform and of the products' newest templates."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from pathlib import Path

from rich.table import Table

from generators.config import repository
from generators.errors import UserError
from generators.release import load, versions_folder
from scripts.audit import checkov, control_tower, lint, nist
from scripts.audit.report import Report
from scripts.audit.tools import AbsentError
from scripts.terminal import emit, print_errors, print_line

KEPT = Path(".local/audit")
SCANNERS = {"cfn-lint": lint.audit, "checkov": checkov.audit, "control-tower": control_tower.audit, "nist": nist.audit}


def main() -> int:
    """0 while every bound holds, also where a scanner is absent; 2 when one does not; 1 when a file cannot be read."""
    root = repository.find_root()
    try:
        reports, absent = _scan(root)
    except UserError as error:
        print_errors(error.problems)
        return error.exit_code
    print_errors(tuple(line for report in reports if report.bound for line in report.failures))
    emit(_table(reports), None, as_json=False)
    for line in absent:
        print_line(line)
    print_line(f"every finding: {KEPT}/")
    return 0 if all(report.held for report in reports) else 2


def _scan(root: Path) -> tuple[list[Report], list[str]]:
    kept = root / KEPT
    kept.mkdir(parents=True, exist_ok=True)
    templates = {item.product.name: item.path for item in map(versions_folder.declared_release, load.products(root))}
    reports, absent = [], []
    for name, audit in SCANNERS.items():
        try:
            report = audit(root, templates)
        except AbsentError as why:
            absent.append(f"{name} is skipped: {why}")
            continue
        reports.append(report)
        (kept / f"{name}.json").write_text(json.dumps(report.raw, indent=1) + "\n", "utf-8")
    summary = {"reports": [report.data for report in reports], "skipped": absent}
    (kept / "summary.json").write_text(json.dumps(summary, indent=1) + "\n", "utf-8")
    return reports, absent


def _table(reports: Iterable[Report]) -> Table:
    table = Table("scanner", "seen", "result", "bound", "held")
    for report in reports:
        table.add_row(report.scanner, report.seen, report.result, report.bound or "-", "yes" if report.held else "NO")
    return table


if __name__ == "__main__":
    sys.exit(main())
