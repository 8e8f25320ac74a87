"""The generated parts of a product's README: its tables, between markers, and the picture beside it.

Reads and writes README.md and architecture.svg, nothing else.

<!-- parameters -->   ... the table ...   <!-- end -->
<!-- outputs -->      ... the table ...   <!-- end -->
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from generators.release import diagram
from generators.release.model import Product

PICTURE = "architecture.svg"
_BLOCK = re.compile(r"(<!-- (parameters|outputs) -->\n).*?(<!-- end -->)", re.DOTALL)


def stale(product: Product, template: Mapping[str, Any]) -> tuple[str, ...]:
    """The files that do not say what the template says."""
    return tuple(name for name, text in _wanted(product, template).items() if text != _text(product, name))


def write(product: Product, template: Mapping[str, Any]) -> bool:
    """Bring the files up to date; True when that changed one."""
    changed = stale(product, template)
    for name in changed:
        (product.folder / name).write_text(_wanted(product, template)[name], encoding="utf-8")
    return bool(changed)


def _wanted(product: Product, template: Mapping[str, Any]) -> dict[str, str]:
    text = _text(product, "README.md")
    return {"README.md": _with_tables(text, template), PICTURE: diagram.svg(product.title, template)}


def _text(product: Product, name: str) -> str:
    path = product.folder / name
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def _with_tables(text: str, template: Mapping[str, Any]) -> str:
    tables = {"parameters": _parameters(template), "outputs": _outputs(template)}
    return _BLOCK.sub(lambda match: f"{match[1]}{tables[match[2]]}{match[3]}", text)


def _parameters(template: Mapping[str, Any]) -> str:
    asked = {
        name: it
        for name, it in template.get("Parameters", {}).items()
        if not it["Type"].startswith("AWS::SSM::Parameter::Value")
    }
    rows = [(name, it.get("Description", ""), _allowed(it), it.get("Default", "")) for name, it in asked.items()]
    return _table(("Parameter", "What it means", "Allowed", "Default"), rows) if rows else "None: nothing is asked.\n"


def _allowed(parameter: Mapping[str, Any]) -> str:
    if "AllowedValues" in parameter:
        return ", ".join(str(value) for value in parameter["AllowedValues"])
    low, high = parameter.get("MinValue", ""), parameter.get("MaxValue", "")
    if low != "" or high != "":
        return f"{low} to {high}"
    return f"`{parameter['AllowedPattern']}`" if "AllowedPattern" in parameter else ""


def _outputs(template: Mapping[str, Any]) -> str:
    rows = [(name, it.get("Description", "")) for name, it in template.get("Outputs", {}).items()]
    return _table(("Output", "What it is"), rows) if rows else "None.\n"


def _table(head: tuple[str, ...], rows: list[tuple[Any, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |\n" for line in lines)
