"""The generated parts of a product's README: tables between markers, and the architecture diagram beside it.

Reads and writes README.md and architecture.svg, nothing else.

<!-- parameters -->   ... the table ...   <!-- end -->
<!-- outputs -->      ... the table ...   <!-- end -->
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from generators.cloudformation.template_format import declarations
from generators.config import text_file
from generators.config.files import write_atomically
from generators.release import diagram
from generators.release.model import Product

DIAGRAM = "architecture.svg"
_BLOCK = re.compile(r"(<!-- (parameters|outputs) -->\n).*?(<!-- end -->)", re.DOTALL)


def stale(product: Product, template: Mapping[str, Any]) -> tuple[str, ...]:
    """The names of the files that are out of date."""
    return tuple(name for name, text in _texts(product, template).items() if text != _text(product, name))


def write(product: Product, template: Mapping[str, Any]) -> bool:
    """Update the files; True when one changed."""
    names = stale(product, template)
    for name in names:
        write_atomically(product.folder / name, _texts(product, template)[name].encode())
    return bool(names)


def _texts(product: Product, template: Mapping[str, Any]) -> dict[str, str]:
    text = _text(product, "README.md")
    return {"README.md": _with_tables(text, template), DIAGRAM: diagram.svg(product.title, template)}


def _text(product: Product, name: str) -> str:
    return text_file.read_optional(product.folder / name, product.path(name))


def _with_tables(text: str, template: Mapping[str, Any]) -> str:
    tables = {"parameters": _parameters(template), "outputs": _outputs(template)}
    return _BLOCK.sub(lambda match: f"{match[1]}{tables[match[2]]}{match[3]}", text)


def _parameters(template: Mapping[str, Any]) -> str:
    """The table of the parameters that a user fills in; parameters that CloudFormation reads from SSM are left out."""
    rows = [
        (name, parameter.get("Description", ""), _allowed_values(parameter), parameter.get("Default", ""))
        for name, parameter in declarations(template, "Parameters").items()
        if not parameter["Type"].startswith("AWS::SSM::Parameter::Value")
    ]
    return _table(("Parameter", "What it means", "Allowed", "Default"), rows) if rows else "None: nothing is asked.\n"


def _allowed_values(parameter: Mapping[str, Any]) -> str:
    allowed = parameter.get("AllowedValues")
    if isinstance(allowed, list):
        return ", ".join(map(str, allowed))
    low, high = parameter.get("MinValue", ""), parameter.get("MaxValue", "")
    if low != "" or high != "":
        return f"{low} to {high}"
    return f"`{parameter['AllowedPattern']}`" if "AllowedPattern" in parameter else ""


def _outputs(template: Mapping[str, Any]) -> str:
    rows = [(name, output.get("Description", "")) for name, output in declarations(template, "Outputs").items()]
    return _table(("Output", "What it is"), rows) if rows else "None.\n"


def _table(head: tuple[str, ...], rows: list[tuple[Any, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join("| " + " | ".join(str(cell).replace("|", "\\|") for cell in line) + " |\n" for line in lines)
