"""What linting found and what policies came out, kept under .cache/check by everything that decides it.

A finding depends on the template's bytes, cfn-lint, our rules and the configuration: the name of an entry is the digest
of all four, so an entry is never stale. An entry that does not carry its own digest is ignored and written again.
Reads and writes files, nothing else.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import cache
from importlib.metadata import version
from pathlib import Path

from generators.check import lint as linter
from generators.check.lint import LintMatch, Start
from generators.cloudformation import resource_schemas
from generators.config import repository
from generators.config.files import digest_files, write_atomically
from generators.launch_policy import contract_values, derive
from generators.release import versions_folder
from generators.release.model import Product

_LAUNCH = Path(derive.__file__).parent
_GENERATORS = _LAUNCH.parent


def lint(root: Path, body: bytes, regions: tuple[str, ...], start: Start) -> Callable[[], tuple[LintMatch, ...]]:
    """What linting finds, when it is asked for; each set of bytes is linted once in its life, begun with the call."""
    path = root / ".cache" / "check" / _name(body, regions)
    known = _get(path)
    if known is not None:
        return lambda: known
    begun = start(body)

    def ended() -> tuple[LintMatch, ...]:
        _put(path, begun.result())
        return begun.result()

    return ended


def launch_policy(root: Path, product: Product, body: bytes) -> str:
    """What generators.launch_policy derives from these templates and the frozen ones; its UserError is not kept."""
    sources = [*_sources(_LAUNCH), *_sources(_LAUNCH.parent / "policy")]
    around = [
        product.name,
        repository.platform(root).name_prefix,
        contract_values.contract_values(root),
        _facts(sources),
    ]
    bodies = [*(it.body for it in versions_folder.releases(product)), body]
    decides = json.dumps([around, [_digest(it) for it in bodies]], sort_keys=True)
    path = root / ".cache" / "check" / f"{_digest(decides.encode())}.json"
    known = _read(path)
    if known is None:
        known = derive.launch_policy(root, product, json.loads(body)).encode()
        _write(path, known)
    return known.decode()


def _name(body: bytes, regions: tuple[str, ...]) -> str:
    digest = hashlib.sha256(_surroundings(regions))
    digest.update(body)
    return f"{digest.hexdigest()}.json"


@cache
def _surroundings(regions: tuple[str, ...]) -> bytes:
    """All that decides the findings except the template; rules may use the kit."""
    sources = [Path(linter.__file__), *_sources(linter.RULES), *_sources(linter.RULES.parent / "kit")]
    return json.dumps([*regions, *_facts(sources)]).encode()


def _facts(sources: Sequence[Path]) -> list[str]:
    """The version of AWS's schemas, and the programs that read them."""
    return [version("cfn-lint"), _digest_sources((Path(resource_schemas.__file__), *sources))]


@cache
def _digest_sources(sources: tuple[Path, ...]) -> str:
    return digest_files(_GENERATORS, sources)


def _sources(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.suffix in {".py", ".json", ".yaml"})


def _get(path: Path) -> tuple[LintMatch, ...] | None:
    content = _read(path)
    return None if content is None else tuple(LintMatch(**entry) for entry in json.loads(content))


def _put(path: Path, findings: tuple[LintMatch, ...]) -> None:
    _write(path, json.dumps([asdict(it) for it in findings]).encode())


def _read(path: Path) -> bytes | None:
    """None when it is not there, or not whole."""
    try:
        digest, content = path.read_bytes().split(b"\n", 1)
    except (FileNotFoundError, ValueError):
        return None
    return content if digest.decode(errors="replace") == _digest(content) else None


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(path, _digest(content).encode() + b"\n" + content)


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
