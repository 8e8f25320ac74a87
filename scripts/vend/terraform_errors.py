"""Terraform's error output as one line for each error. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

_START = re.compile(r"^(?=(?:Error|Warning): )", re.MULTILINE)
_LOCATION = re.compile(r"^  on (\S+) line (\d+)", re.MULTILINE)
_LOCK_FIELD = re.compile(r"^\s+(Path|Operation|Who|Created):\s+(\S.*?)\s*$", re.MULTILINE)
_MAX_ERRORS, _MAX_LENGTH = 5, 600


def lines(output: str, module: Path, repository: Path) -> list[str]:
    """`file:line: what: why` for each distinct error, at most five; the end of the output when it has no errors."""
    blocks = [block for block in _START.split(output.replace("\r", "")) if block.startswith("Error: ")]
    errors = dict.fromkeys(_line(block, module, repository) for block in blocks)
    return list(errors)[:_MAX_ERRORS] or [output.strip()[-_MAX_LENGTH:] or "it ended without a word"]


def _line(block: str, module: Path, repository: Path) -> str:
    """One error. The indented parts of a block quote the source; the others are the message."""
    if "Error acquiring the state lock" in block and "Who:" in block:
        return _lock_error(dict(_LOCK_FIELD.findall(block)))
    title, *details = [part for part in re.split(r"\n\s*\n", block) if part.strip() and not part.startswith("  ")]
    text = ": ".join(" ".join(part.split()) for part in (title, "\n".join(details)) if part).removeprefix("Error: ")
    location = _LOCATION.search(block)
    where = f"{_relative(module / location[1], repository)}:{location[2]}: " if location else ""
    return (where + text)[:_MAX_LENGTH]


def _lock_error(lock: Mapping[str, str]) -> str:
    """The holder of the lock, since when, and what to do when that run has died."""
    return (
        f"state {lock.get('Path', 'of this part')}: {lock['Who']} works on it since {lock.get('Created', 'a while')}"
        f" ({lock.get('Operation', 'unknown')}); wait until that run ends, then run this again; if it has died,"
        f" delete s3://{lock.get('Path', '<bucket>/<key>')}.tflock first"
    )


def _relative(file: Path, repository: Path) -> str:
    path = file.resolve()
    return str(path.relative_to(repository.resolve()) if path.is_relative_to(repository.resolve()) else path)
