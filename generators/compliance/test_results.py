"""Outcomes of the tests that prove controls. Reads and writes .local/results.json.

Outcomes are valid for exactly the sources that were tested; one changed byte invalidates them.
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
_IGNORED = frozenset({".terraform", "__pycache__", "node_modules", ".pytest_cache"})
_HINT = "run `make test` and `make test-terraform` first"


@dataclass(frozen=True, slots=True)
class Proof:
    """A test, the controls that it proves, the type of evidence, and the product ("" means every product)."""

    test: str
    controls: tuple[int, ...]
    on: str
    product: str = ""
    outcome: str = "not run"  # or passed, failed


def digest(root: Path, *names: str) -> str:
    """Sha256 of files and folders, by name and content."""
    return digest_files(root, (path for name in names for path in _files(root / name)))


def sources(root: Path) -> str:
    """Digest of everything that can change the outcome of a test."""
    return digest(root, *_SOURCES)


def read(root: Path) -> tuple[Proof, ...]:
    """Every proof, by test; UserError when the results are of other sources, or a test was not run."""
    content = _content(root)
    if content.get("sources") != sources(root):
        raise UserError(f"{FILE}: no results of these sources; {_HINT}")
    proofs = _proofs(content)
    missing = [proof.test for proof in proofs if proof.outcome == "not run"]
    if missing:
        raise UserError(f"{FILE}: {len(missing)} proofs were not run, {missing[0]} among them; {_HINT}")
    if not content["whole"]:
        raise UserError(f"{FILE}: only some tests were run; {_HINT}")
    return proofs


def record(root: Path, source_digest: str, proofs: Iterable[Proof], *, whole: bool) -> None:
    """Add outcomes to those of the same sources; `whole` means that all tests were collected."""
    content = _content(root)
    same = content.get("sources") == source_digest
    by_test = {proof.test: proof for proof in _proofs(content)} if same else {}
    for proof in proofs:
        if proof.outcome != "not run" or proof.test not in by_test:
            by_test[proof.test] = proof
    results = {
        "sources": source_digest,
        "whole": whole or bool(same and content["whole"]),
        "proofs": [asdict(by_test[test]) for test in sorted(by_test)],
    }
    write_atomically(root / FILE, (json.dumps(results, indent=1) + "\n").encode())


def _content(root: Path) -> Mapping[str, object]:
    try:
        content: Mapping[str, object] = json.loads((root / FILE).read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return {}
    return content


def _proofs(content: Mapping[str, object]) -> tuple[Proof, ...]:
    records = content.get("proofs", [])
    assert isinstance(records, list)
    return tuple(Proof(**{**record, "controls": tuple(record["controls"])}) for record in records)


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
    elif path.is_dir():
        files = (file for file in sorted(path.rglob("*")) if file.is_file())
        yield from (file for file in files if not _IGNORED & set(file.parts))
