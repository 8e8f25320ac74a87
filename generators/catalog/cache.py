"""What linting found, kept under .cache/check by everything that decides it. Reads and writes files, nothing else.

A finding depends on the template's bytes, cfn-lint, our rules and the configuration: the name of an entry is the digest
of all four, so an entry is never stale. An entry that does not carry its own digest is ignored and written again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from functools import cache
from importlib.metadata import version
from pathlib import Path

from generators.catalog import lint as linter
from generators.catalog import registry
from generators.catalog.frozen import write_atomically
from generators.catalog.lint import Lint


def lint(root: Path, bodies: Sequence[bytes], regions: tuple[str, ...]) -> Iterator[tuple[Lint, ...]]:
    """Lint templates, each set of bytes once in its life; results in the order of the templates."""
    folder = root / ".cache" / "check"
    paths = [folder / _name(body, regions) for body in bodies]
    known = [_get(path) for path in paths]
    unknown = [body for body, findings in zip(bodies, known, strict=True) if findings is None]
    fresh = linter.lint(unknown, regions)
    for path, findings in zip(paths, known, strict=True):
        if findings is None:
            findings = next(fresh)
            _put(path, findings)
        yield findings


def _name(body: bytes, regions: tuple[str, ...]) -> str:
    digest = hashlib.sha256(_surroundings(regions))
    digest.update(body)
    return f"{digest.hexdigest()}.json"


@cache
def _surroundings(regions: tuple[str, ...]) -> bytes:
    """All that decides the findings except the template; rules may use the kit."""
    sources = [
        Path(linter.__file__),
        Path(registry.__file__),
        *_sources(linter.RULES),
        *_sources(linter.RULES.parent / "kit"),
    ]
    facts = [version("cfn-lint"), *regions, *(f"{path.name} {_digest(path.read_bytes())}" for path in sources)]
    return json.dumps(facts).encode()


def _sources(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.suffix in {".py", ".json", ".yaml"})


def _get(path: Path) -> tuple[Lint, ...] | None:
    try:
        digest, content = path.read_bytes().split(b"\n", 1)
    except (FileNotFoundError, ValueError):
        return None
    if digest.decode(errors="replace") != _digest(content):
        return None
    return tuple(Lint(**entry) for entry in json.loads(content))


def _put(path: Path, findings: tuple[Lint, ...]) -> None:
    content = json.dumps([asdict(it) for it in findings]).encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, _digest(content).encode() + b"\n" + content)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
