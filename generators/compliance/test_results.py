"""What the tests that prove a control said, by test. Reads and writes .local/results.json.

Outcomes count for the very sources that were tested: with one byte changed they are nobody's proof any more.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from generators.config.files import digest_files, write_atomically
from generators.errors import UserError

FILE = Path(".local/results.json")
_SOURCES = (
    "conftest.py",
    "generators",
    "products",
    "pyproject.toml",
    "requirements.lock",
    "scripts",
    "terraform",
    "tests",
)
_LEFT_OUT = frozenset({".terraform", "__pycache__", "node_modules", ".pytest_cache"})
_FIRST = "run `make test` and `make test-terraform` first"


@dataclass(frozen=True, slots=True)
class Proof:
    """One test: the controls that it proves, on which ground, of which product ("" means of all)."""

    test: str
    controls: tuple[int, ...]
    on: str
    product: str = ""
    outcome: str = "not run"  # or passed, failed


def digest(root: Path, *names: str) -> str:
    """Sha256 of files and folders, by name and content."""
    return digest_files(root, (path for name in names for path in _files(root / name)))


def sources(root: Path) -> str:
    """Everything that decides what a test says."""
    return digest(root, *_SOURCES)


def read(root: Path) -> tuple[Proof, ...]:
    """Every proof, by test; UserError when the tests were not run on these sources, or some of them were not."""
    content = _content(root)
    if content.get("sources") != sources(root):
        raise UserError(f"{FILE}: no results of these sources; {_FIRST}")
    proofs = _proofs(content)
    left = [it.test for it in proofs if it.outcome == "not run"]
    if left or not content["whole"]:
        what = f"{len(left)} proofs were not run, {left[0]} among them" if left else "only some tests were run"
        raise UserError(f"{FILE}: {what}; {_FIRST}")
    return proofs


def note(root: Path, tested: str, proofs: Iterable[Proof], *, whole: bool) -> None:
    """Add outcomes to those of the same sources; `whole`: every test was there to be collected."""
    content = _content(root)
    same = content.get("sources") == tested
    known = {it.test: it for it in _proofs(content)} if same else {}
    for it in proofs:
        if it.outcome != "not run" or it.test not in known:
            known[it.test] = it
    written = [asdict(known[test]) for test in sorted(known)]
    path = root / FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    noted = {"sources": tested, "whole": whole or bool(same and content["whole"]), "proofs": written}
    write_atomically(path, (json.dumps(noted, indent=1) + "\n").encode())


def _content(root: Path) -> Mapping[str, object]:
    try:
        content: Mapping[str, object] = json.loads((root / FILE).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return content


def _proofs(content: Mapping[str, object]) -> tuple[Proof, ...]:
    listed = content.get("proofs", [])
    assert isinstance(listed, list)
    return tuple(Proof(**{**it, "controls": tuple(it["controls"])}) for it in listed)


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
    elif path.is_dir():
        yield from (it for it in sorted(path.rglob("*")) if it.is_file() and not _LEFT_OUT & set(it.parts))
