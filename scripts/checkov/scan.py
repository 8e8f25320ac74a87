"""Runs checkov, without a word to the network, and counts. Reads files; makes an environment once."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from generators.catalog.model import CatalogError

LOCK = Path(__file__).with_name("requirements.lock")
_OPTIONS = ("--framework", "terraform", "--skip-download", "--compact", "--output", "json")
_FINDINGS = 1  # checkov's exit code when it found something


@dataclass(frozen=True, slots=True)
class Scan:
    """What checkov says of a folder."""

    resources: int
    failures: tuple[str, ...]
    skipped: tuple[tuple[str, str], ...]  # (where and what, the reason given in place)

    @property
    def ratio(self) -> float:
        """Failures for each hundred resources."""
        return 100 * len(self.failures) / self.resources if self.resources else 0.0


def scan(repository: Path, folder: str = "terraform") -> Scan:
    """Every finding in a folder of the repository; CatalogError when checkov cannot be installed or does not run."""
    command = [str(_program(repository)), "--directory", folder, *_OPTIONS]
    # Without these two it asks for its own policies first and prints the failure to reach them.
    offline = {"BC_API_KEY": "", "LOG_LEVEL": "ERROR"}
    done = subprocess.run(
        command, cwd=repository, env=os.environ | offline, capture_output=True, text=True, check=False
    )
    if done.returncode not in (0, _FINDINGS):
        raise CatalogError(f"checkov: it ended with {done.returncode}: {done.stderr.strip()[-500:]}")
    return _read(json.loads(done.stdout), folder)


def _read(said: Any, folder: str) -> Scan:
    reports = said if isinstance(said, list) else [said]
    found = [report for report in reports if "results" in report]
    if not found:
        return Scan(0, (), ())
    wrong = [file for report in found for file in report["results"].get("parsing_errors", ())]
    if wrong:
        raise CatalogError(f"{file}: checkov cannot read it; run terraform validate" for file in wrong)
    failures = tuple(sorted({name for report in found for name, _ in _named(report, folder, "failed_checks")}))
    skipped = tuple(sorted({both for report in found for both in _named(report, folder, "skipped_checks")}))
    return Scan(sum(report["summary"]["resource_count"] for report in found), failures, skipped)


def _named(report: Any, folder: str, kind: str) -> Iterator[tuple[str, str]]:
    for it in report["results"][kind]:
        line = it["file_line_range"][0]
        where = f"{folder}{it['file_path']}:{line}: {it['resource']}: {it['check_id']}: {it['check_name']}"
        yield where, it["check_result"].get("suppress_comment") or ""


def _program(repository: Path) -> Path:
    """Checkov in an environment that the lock file names, made when there is none yet."""
    digest = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    home = repository / ".cache" / "checkov"
    mark = home / ".digest"
    if not mark.exists() or mark.read_text(encoding="utf-8") != digest:
        shutil.rmtree(home, ignore_errors=True)
        _install(home)
        mark.write_text(digest, encoding="utf-8")
    return home / "bin" / "checkov"


def _install(home: Path) -> None:
    for command in (
        [sys.executable, "-m", "venv", str(home)],
        [str(home / "bin" / "pip"), "install", "--quiet", "--require-hashes", "-r", str(LOCK)],
    ):
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            last = done.stderr.strip().splitlines()[-1:]
            raise CatalogError(f"checkov: {' '.join(last)}; check that the package index is reachable, then again")
