"""Caches lint matches and derived launch policies under .cache/check.

The name of an entry is a digest of everything that determines its content, such as the template, cfn-lint, the rules
and the configuration, so an entry is never stale. An entry that does not match its own digest is ignored and replaced.
Reads and writes files, nothing else.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict
from functools import cache
from importlib.metadata import version
from pathlib import Path

from generators.check.lint import LintMatch, Start
from generators.config import repository
from generators.config.files import digest_files, write_atomically
from generators.errors import UserError
from generators.launch_policy import contract_values, derive
from generators.release import versions_folder
from generators.release.model import Product

_GENERATORS = Path(__file__).parents[1]
_LINT_SOURCES = ("check/lint.py", "rules", "kit", "cloudformation", "iam")
_LAUNCH_POLICY_SOURCES = ("launch_policy", "cloudformation", "iam")


def lint(root: Path, body: bytes, regions: tuple[str, ...], start: Start) -> Callable[[], tuple[LintMatch, ...]]:
    """A function that returns the matches of a template; without an entry, linting starts with this call."""
    path = root / ".cache" / "check" / _lint_entry(body, regions)
    cached = _read_matches(path)
    if cached is not None:
        return lambda: cached
    future = start(body)

    def result() -> tuple[LintMatch, ...]:
        _write_matches(path, future.result())
        return future.result()

    return result


def launch_policy(root: Path, product: Product, body: bytes) -> str:
    """The launch policy that the frozen templates and this one need; a UserError is not cached."""
    inputs = [
        product.name,
        repository.platform(root).name_prefix,
        contract_values.contract_values(root),
        *_program(_LAUNCH_POLICY_SOURCES),
        *(_digest(release.body) for release in versions_folder.releases(product)),
        _digest(body),
    ]
    path = root / ".cache" / "check" / f"{_digest(json.dumps(inputs, sort_keys=True).encode())}.json"
    content = _read(path)
    if content is None:
        content = derive.launch_policy(root, product, json.loads(body)).encode()
        _write(path, content)
    return content.decode()


def _lint_entry(body: bytes, regions: tuple[str, ...]) -> str:
    digest = hashlib.sha256(json.dumps([*regions, *_program(_LINT_SOURCES)]).encode())
    digest.update(body)
    return f"{digest.hexdigest()}.json"


@cache
def _program(sources: tuple[str, ...]) -> tuple[str, str]:
    """The version of AWS's schemas, and the digest of files and folders of generators."""
    files = [file for source in sources for file in _files(_GENERATORS / source)]
    return version("cfn-lint"), digest_files(_GENERATORS, files)


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    return sorted(file for file in path.rglob("*") if file.suffix in {".py", ".json", ".yaml"})


def _read_matches(path: Path) -> tuple[LintMatch, ...] | None:
    content = _read(path)
    return None if content is None else tuple(LintMatch(**entry) for entry in json.loads(content))


def _write_matches(path: Path, matches: tuple[LintMatch, ...]) -> None:
    _write(path, json.dumps([asdict(match) for match in matches]).encode())


def _read(path: Path) -> bytes | None:
    """The content of an entry; None when the entry does not exist or is not complete."""
    try:
        digest, content = path.read_bytes().split(b"\n", 1)
    except (FileNotFoundError, ValueError):
        return None
    return content if digest.decode(errors="replace") == _digest(content) else None


def _write(path: Path, content: bytes) -> None:
    """Write an entry where that is possible: without it, the next check takes longer and finds the same."""
    with contextlib.suppress(UserError):
        write_atomically(path, _digest(content).encode() + b"\n" + content)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
