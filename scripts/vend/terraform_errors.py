"""What Terraform printed when it failed, as one line for each error. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

_START = re.compile(r"^(?=(?:Error|Warning): )", re.MULTILINE)
_PLACE = re.compile(r"^  on (\S+) line (\d+)", re.MULTILINE)
_FACT = re.compile(r"^\s+(Path|Operation|Who|Created):\s+(\S.*?)\s*$", re.MULTILINE)
_MOST, _LONGEST = 5, 600


def lines(output: str, module: Path, repository: Path) -> list[str]:
    """`file:line: what: why` for each different error, five at most; what Terraform said last when it named none."""
    blocks = [block for block in _START.split(output.replace("\r", "")) if block.startswith("Error: ")]
    found = dict.fromkeys(_line(block, module, repository) for block in blocks)
    return list(found)[:_MOST] or [output.strip()[-_LONGEST:] or "it ended without a word"]


def _line(block: str, module: Path, repository: Path) -> str:
    """The indented parts of a block quote the source; the others say what is wrong."""
    if "Error acquiring the state lock" in block and "Who:" in block:
        return _locked(dict(_FACT.findall(block)))
    title, *why = [part for part in re.split(r"\n\s*\n", block) if part.strip() and not part.startswith("  ")]
    text = ": ".join(" ".join(words.split()) for words in (title, "\n".join(why)) if words).removeprefix("Error: ")
    place = _PLACE.search(block)
    where = f"{_shown(module / place[1], repository)}:{place[2]}: " if place else ""
    return (where + text)[:_LONGEST]


def _locked(lock: Mapping[str, str]) -> str:
    """Who works on the state, since when, and what to do when that run has died."""
    return (
        f"state {lock.get('Path', 'of this part')}: {lock['Who']} works on it since {lock.get('Created', 'a while')}"
        f" ({lock.get('Operation', 'unknown')}); wait until that run ends, then run this again; if it has died,"
        f" delete s3://{lock.get('Path', '<bucket>/<key>')}.tflock first"
    )


def _shown(file: Path, repository: Path) -> str:
    path = file.resolve()
    return str(path.relative_to(repository.resolve()) if path.is_relative_to(repository.resolve()) else path)
