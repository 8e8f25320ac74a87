"""Scans Terraform and the newest templates of the products with checkov, without network access."""

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
    """The result of checkov for some files."""

    resources: int
    failures: tuple[str, ...]
    skipped: tuple[tuple[str, str], ...]  # (location and check, reason)
    raw: Any

    @property
    def unexplained_skips(self) -> tuple[str, ...]:
        """Skips without a reason."""
        return tuple(f"{where}: the skip says no reason" for where, reason in self.skipped if len(reason) < 10)


def audit(root: Path, templates: Mapping[str, Path]) -> Report:
    """Scan Terraform and templates; their failures count together."""
    scans = [scan(root, "--framework", "terraform", "--directory", "terraform")]
    if templates:
        files = [option for path in templates.values() for option in ("--file", str(path.relative_to(root)))]
        scans.append(scan(root, "--framework", "cloudformation", *files))
    resources = sum(item.resources for item in scans)
    failures = tuple(line for item in scans for line in item.failures)
    unexplained = tuple(line for item in scans for line in item.unexplained_skips)
    ratio = 100 * len(failures) / max(resources, 1)
    scope = f"{resources} resources, {sum(len(item.skipped) for item in scans)} justified skips"
    result, passed = f"{ratio:.1f} failures per 100 resources", ratio <= BOUND and not unexplained
    raw = [item.raw for item in scans]
    return Report("checkov", scope, result, f"at most {BOUND:.0f}", passed, failures + unexplained, raw)


def scan(root: Path, *options: str) -> Scan:
    """Every finding; MissingToolError when checkov cannot be installed, UserError when it cannot read a file."""
    # Without these variables it tries to download policies and prints the failure.
    offline = os.environ | {"BC_API_KEY": "", "LOG_LEVEL": "ERROR"}
    command = [str(tools.python(root) / "checkov"), *options, *_OPTIONS]
    process = subprocess.run(command, cwd=root, env=offline, capture_output=True, text=True, check=False)
    if process.returncode not in (0, _FINDINGS):
        raise UserError(f"checkov: it ended with {process.returncode}: {process.stderr.strip()[-500:]}")
    return _parse(json.loads(process.stdout), options[-1] if "--directory" in options else "")


def _parse(output: Any, folder: str) -> Scan:
    reports = [report for report in (output if isinstance(output, list) else [output]) if "results" in report]
    unreadable = [file for report in reports for file in report["results"].get("parsing_errors", ())]
    if unreadable:
        raise UserError(f"{file}: checkov cannot read it; run terraform validate" for file in unreadable)
    failures = tuple(sorted({line for report in reports for line, _ in _lines(report, folder, "failed_checks")}))
    skipped = tuple(sorted({pair for report in reports for pair in _lines(report, folder, "skipped_checks")}))
    return Scan(sum(report["summary"]["resource_count"] for report in reports), failures, skipped, output)


def _lines(report: Any, folder: str, kind: str) -> Iterator[tuple[str, str]]:
    """The line for people and the reason of each check."""
    for check in report["results"].get(kind, ()):
        location = f"{folder}{check['file_path']}".lstrip("/") + f":{check['file_line_range'][0]}"
        line = f"{location}: {check['resource']}: {check['check_id']}: {check['check_name']}"
        yield line, check["check_result"].get("suppress_comment") or ""
