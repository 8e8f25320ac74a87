"""checkov over the Terraform and the products' newest templates, without a word to the network."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from generators.errors import UserError
from scripts.audit import tools
from scripts.audit.report import Report

BOUND = 5.0  # failures for each hundred resources
_OPTIONS = ("--skip-download", "--compact", "--output", "json")
_FINDINGS = 1  # checkov's exit code when it found something


@dataclass(frozen=True, slots=True)
class Scan:
    """What checkov says of some files."""

    resources: int
    failures: tuple[str, ...]
    skipped: tuple[tuple[str, str], ...]  # (where and what, the reason given in place)
    raw: Any

    @property
    def bare(self) -> tuple[str, ...]:
        """Skips that say no reason."""
        return tuple(f"{where}: the skip says no reason" for where, reason in self.skipped if len(reason) < 10)


def audit(root: Path, templates: Mapping[str, Path]) -> Report:
    """Terraform and templates counted together."""
    found = [scan(root, "--framework", "terraform", "--directory", "terraform")]
    if templates:
        files = [word for path in templates.values() for word in ("--file", str(path.relative_to(root)))]
        found.append(scan(root, "--framework", "cloudformation", *files))
    resources = sum(item.resources for item in found)
    failures = tuple(line for item in found for line in item.failures)
    bare = tuple(line for item in found for line in item.bare)
    ratio = 100 * len(failures) / max(resources, 1)
    seen = f"{resources} resources, {sum(len(item.skipped) for item in found)} justified skips"
    result, held = f"{ratio:.1f} failures per 100 resources", ratio <= BOUND and not bare
    return Report("checkov", seen, result, f"at most {BOUND:.0f}", held, failures + bare, [item.raw for item in found])


def scan(root: Path, *what: str) -> Scan:
    """Every finding; AbsentError when checkov cannot be installed, UserError when it cannot read a file."""
    # Without these two it asks for its own policies first and prints the failure to reach them.
    offline = os.environ | {"BC_API_KEY": "", "LOG_LEVEL": "ERROR"}
    command = [str(tools.python(root) / "checkov"), *what, *_OPTIONS]
    done = subprocess.run(command, cwd=root, env=offline, capture_output=True, text=True, check=False)
    if done.returncode not in (0, _FINDINGS):
        raise UserError(f"checkov: it ended with {done.returncode}: {done.stderr.strip()[-500:]}")
    return _read(json.loads(done.stdout), what[-1] if "--directory" in what else "")


def _read(said: Any, folder: str) -> Scan:
    reports = said if isinstance(said, list) else [said]
    found = [report for report in reports if "results" in report]
    wrong = [file for report in found for file in report["results"].get("parsing_errors", ())]
    if wrong:
        raise UserError(f"{file}: checkov cannot read it; run terraform validate" for file in wrong)
    failures = tuple(sorted({name for report in found for name, _ in _named(report, folder, "failed_checks")}))
    skipped = tuple(sorted({both for report in found for both in _named(report, folder, "skipped_checks")}))
    return Scan(sum(report["summary"]["resource_count"] for report in found), failures, skipped, said)


def _named(report: Any, folder: str, kind: str) -> Iterator[tuple[str, str]]:
    for item in report["results"].get(kind, ()):
        place = f"{folder}{item['file_path']}".lstrip("/")
        where = f"{place}:{item['file_line_range'][0]}: {item['resource']}: {item['check_id']}: {item['check_name']}"
        yield where, item["check_result"].get("suppress_comment") or ""
