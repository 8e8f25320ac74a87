"""Checks the newest templates of the products against AWS Control Tower's proactive controls with cfn-guard.

The npm package @cdklabs/cdk-validator-cfnguard contains AWS's rules and cfn-guard.
https://docs.aws.amazon.com/controltower/latest/controlreference/proactive-controls.html
"""

from __future__ import annotations

import json
import platform
import re
import stat
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from generators.errors import UserError
from scripts.audit import tools
from scripts.audit.report import Report
from scripts.audit.resolved import resolved

BOUND = 90.0  # percent of the controls that apply
_PACKAGE = Path("node_modules/@cdklabs/cdk-validator-cfnguard")
_BUILDS = {"Linux": "ubuntu", "Darwin": "macos"}
_CODES = {0, 19}  # cfn-guard's exit codes: all passed, something failed


def audit(root: Path, templates: Mapping[str, Path]) -> Report:
    """A control passes when every resource of a template to which it applies complies."""
    home = tools.node(root) / _PACKAGE
    results = {name: _validate(home, path) for name, path in templates.items()}
    passed = sum(len(result["compliant"]) for result in results.values())
    failures = tuple(line for name, result in results.items() for line in _failures(name, result))
    ratio = 100 * passed / max(passed + len(failures), 1)
    scope = f"{passed + len(failures)} controls over {len(templates)} templates"
    sentence, bound = f"{ratio:.0f} % passed", f"at least {BOUND:.0f} %"
    return Report("AWS Control Tower", scope, sentence, bound, ratio >= BOUND, failures, results)


def _validate(home: Path, template: Path) -> Any:
    program = _program(home)
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / template.name
        data.write_text(json.dumps(resolved(json.loads(template.read_text("utf-8"))), indent=1), "utf-8")
        rules = home / "rules" / "control-tower" / "cfn-guard"
        options = ["--output-format", "json", "--structured", "--show-summary", "none"]
        command = [str(program), "validate", "--data", str(data), "--rules", str(rules), *options]
        process = subprocess.run(command, capture_output=True, text=True, check=False)
    if process.returncode not in _CODES:
        raise UserError(f"cfn-guard: it ended with {process.returncode}: {process.stderr.strip()[-500:]}")
    return json.loads(process.stdout)[0]


def _program(home: Path) -> Path:
    build = _BUILDS.get(platform.system(), "")
    machine = {"arm64": "aarch64", "AMD64": "x86_64"}.get(platform.machine(), platform.machine())
    program = home / "bin" / build / machine / "cfn-guard"
    if not program.is_file():
        raise tools.MissingToolError(f"cfn-guard is not built for {platform.system()} on {platform.machine()}")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)  # npm removes the permission
    return program


def _failures(name: str, result: Any) -> Iterator[str]:
    for rule in result["not_compliant"]:
        text = json.dumps(rule)
        match = re.search(r"\[(CT[^\]]+)\]: ([^\\]+)", text)
        control = f"{match[1]}: {match[2].strip()}" if match else rule["Rule"]["name"]
        resources = ", ".join(sorted(set(re.findall(r"/Resources/(\w+)", text))))
        yield f"{name}: {resources}: {control}"
