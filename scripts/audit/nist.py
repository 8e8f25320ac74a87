"""Checks the newest templates of the products with cdk-nag's NIST 800-53 R5 pack, without a bound.

https://github.com/cdklabs/cdk-nag/blob/main/RULES.md
"""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from generators.errors import UserError
from scripts.audit import tools
from scripts.audit.report import Report

_SCRIPT = Path(__file__).with_name("nist.cjs")
_PACK = "NIST"


def audit(root: Path, templates: Mapping[str, Path]) -> Report:
    """Every rule that a resource violates."""
    home = tools.node(root)
    with tempfile.TemporaryDirectory() as folder:
        files = [_copy(path, Path(folder) / f"{name}.json") for name, path in templates.items()]
        out = Path(folder) / "out"
        process = subprocess.run(
            ["node", str(_SCRIPT), str(out), *map(str, files)], cwd=home, capture_output=True, text=True, check=False
        )
        report = out / "validation-report.json"
        if not report.is_file():
            raise UserError(f"cdk-nag: it ended with {process.returncode}: {process.stderr.strip()[-500:]}")
        output = json.loads(report.read_text("utf-8"))
    failures = tuple(sorted(_failures(output)))
    return Report("cdk-nag, NIST 800-53 R5", f"{len(templates)} templates", f"{len(failures)} findings", "", True,
                  failures, output)  # fmt: skip


def _copy(path: Path, target: Path) -> Path:
    """A copy with the name of the product, which the report then shows."""
    shutil.copy(path, target)
    return target


def _failures(output: Any) -> Iterator[str]:
    for plugin in output["pluginReports"]:
        if not plugin["pluginName"].startswith(_PACK):
            continue
        for rule in plugin["violations"]:
            for construct in rule["violatingConstructs"]:
                product, _, resource = construct["constructPath"].partition("/template/")
                yield f"{product}: {resource}: {rule['ruleName']}: {rule['description'].split(' - (')[0]}"
