"""Tables of a Terraform module's variables and outputs, between two markers of its README. Reads files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import hcl2
from hcl2.utils import SerializationOptions

from generators.errors import UserError

BEGIN, END = "<!-- tables: make docs -->", "<!-- /tables -->"
_BETWEEN = re.compile(f"{re.escape(BEGIN)}.*?{re.escape(END)}", re.DOTALL)
_PLAIN = SerializationOptions(
    with_comments=False, strip_string_quotes=True, explicit_blocks=False, preserve_heredocs=False
)


def modules(repository: Path) -> tuple[Path, ...]:
    """Every folder of terraform/modules, sorted by name."""
    return tuple(sorted(path for path in (repository / "terraform" / "modules").iterdir() if any(path.glob("*.tf"))))


def readme(module: Path) -> str:
    """The README with current tables; UserError when the README, a marker or a description is missing."""
    path = module / "README.md"
    where = path.relative_to(module.parents[2])
    if not path.exists():
        raise UserError(f"{where}: missing; say what the module makes and what it refuses, then `{BEGIN}` and `{END}`")
    text = path.read_text(encoding="utf-8")
    if len(_BETWEEN.findall(text)) != 1:
        raise UserError(f"{where}: has no place for the tables; write the lines `{BEGIN}` and `{END}` below the text")
    tables = _tables(module)
    return _BETWEEN.sub(lambda _: f"{BEGIN}\n{tables}\n{END}", text)


def _tables(module: Path) -> str:
    variables = [
        (name, description, "no" if "default" in body else "yes")
        for name, description, body in _blocks(module, "variable")
    ]
    outputs = [(name, description) for name, description, _ in _blocks(module, "output")]
    parts = [_table(("variable", "meaning", "required"), variables), _table(("output", "meaning"), outputs)]
    return "\n\n".join(part for part in parts if part)


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    """A Markdown table, or "" when there are no rows."""
    lines = [f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    lines += [f"| `{name}` | {' | '.join(rest)} |" for name, *rest in rows]
    return "\n".join(lines) if rows else ""


def _blocks(module: Path, kind: str) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Name, description and body of every variable or output; UserError when a description is missing."""
    for file in sorted(module.glob("*.tf")):
        for block in hcl2.loads(file.read_text(encoding="utf-8"), serialization_options=_PLAIN).get(kind, []):
            for name, body in block.items():
                if not body.get("description"):
                    where = file.relative_to(module.parents[2])
                    raise UserError(f"{where}: {kind} {name} has no description; say what it means and its unit")
                yield name, body["description"].replace("|", "\\|"), body
