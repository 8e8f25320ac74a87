"""AWS Control Tower's proactive controls over the products' newest templates, with AWS's own rules and cfn-guard.

The npm package @cdklabs/cdk-validator-cfnguard carries both.
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
    """A control passes when it holds for every resource of a template that it is about."""
    home = tools.node(root) / _PACKAGE
    said = {name: _validate(home, path) for name, path in templates.items()}
    passed = sum(len(item["compliant"]) for item in said.values())
    failures = tuple(line for name, item in said.items() for line in _failures(name, item))
    ratio = 100 * passed / max(passed + len(failures), 1)
    seen = f"{passed + len(failures)} controls over {len(templates)} templates"
    result = f"{ratio:.0f} % passed"
    return Report("AWS Control Tower", seen, result, f"at least {BOUND:.0f} %", ratio >= BOUND, failures, said)


def _validate(home: Path, template: Path) -> Any:
    program = _program(home)
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / template.name
        plain.write_text(json.dumps(resolved(json.loads(template.read_text("utf-8"))), indent=1), "utf-8")
        rules = home / "rules" / "control-tower" / "cfn-guard"
        options = ["--output-format", "json", "--structured", "--show-summary", "none"]
        command = [str(program), "validate", "--data", str(plain), "--rules", str(rules), *options]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode not in _CODES:
        raise UserError(f"cfn-guard: it ended with {done.returncode}: {done.stderr.strip()[-500:]}")
    return json.loads(done.stdout)[0]


def _program(home: Path) -> Path:
    build = _BUILDS.get(platform.system(), "")
    machine = {"arm64": "aarch64", "AMD64": "x86_64"}.get(platform.machine(), platform.machine())
    program = home / "bin" / build / machine / "cfn-guard"
    if not program.is_file():
        raise tools.AbsentError(f"cfn-guard is not built for {platform.system()} on {platform.machine()}")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)  # npm does not keep the mark
    return program


def _failures(name: str, said: Any) -> Iterator[str]:
    for rule in said["not_compliant"]:
        text = json.dumps(rule)
        told = re.search(r"\[(CT[^\]]+)\]: ([^\\]+)", text)
        control = f"{told[1]}: {told[2].strip()}" if told else rule["Rule"]["name"]
        resources = ", ".join(sorted(set(re.findall(r"/Resources/(\w+)", text))))
        yield f"{name}: {resources}: {control}"
