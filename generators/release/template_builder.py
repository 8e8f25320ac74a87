"""Builds the template of a product in a process of its own, and checks what comes out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from generators.cloudformation import template_format
from generators.errors import UserError
from generators.release.model import Product
from generators.release.template_process import client
from generators.release.template_process.program import TemplateFile


def build(root: Path, product: Product) -> dict[str, Any]:
    """The template that `build()` in template.py returns; UserError with the author's line when it raises."""
    file = TemplateFile(
        root, product.folder / "template.py", product.path("template.py"), product.name, str(product.version)
    )
    template = client.run(file)
    if problems := list(template_format.problems(template)):
        raise UserError(f"{file.name}: {problem}" for problem in problems)
    return template
