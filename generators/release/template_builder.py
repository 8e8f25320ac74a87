"""Runs a product's template.py and locates its errors. Executes the author's code, nothing else.

The file is compiled from its text each time, so that no bytecode is written and no stale bytecode is run.
"""

from __future__ import annotations

import json
import sys
import traceback
from pathlib import Path
from types import ModuleType
from typing import Any

from generators.cloudformation import template_format
from generators.errors import UserError
from generators.release.build_context import bind_build_context
from generators.release.model import Product


def build(root: Path, product: Product) -> dict[str, Any]:
    """The template that `build()` in template.py returns; UserError with the author's line when it raises."""
    path = product.folder / "template.py"
    relative = product.path("template.py")
    with bind_build_context(root, product.name, str(product.version)):
        try:
            return _run(path)
        except UserError as error:
            where = _line(error, path, relative)
            raise UserError(f"{where}: {problem}" for problem in error.problems) from None
        except (Exception, SystemExit) as error:
            where, text = _line(error, path, relative), " ".join(str(error).split())
            raise UserError(f"{where}: {type(error).__name__}: {text}; correct the template") from error


def _run(path: Path) -> dict[str, Any]:
    module = ModuleType(f"_template_of_{path.parent.name}")
    module.__file__ = str(path)
    sys.modules[module.__name__] = module  # the dataclass decorator looks up the module by its name
    try:
        exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), module.__dict__)  # noqa: S102 the author's file
        if not callable(getattr(module, "build", None)):
            raise UserError("there is no build(); write build() -> Template")
        return _as_dict(module.build())
    finally:
        del sys.modules[module.__name__]


def _as_dict(template: Any) -> dict[str, Any]:
    if not hasattr(template, "to_dict"):
        raise UserError(f"build() returns {type(template).__name__}; return a troposphere Template")
    try:
        text = json.dumps(template.to_dict(), allow_nan=False, ensure_ascii=False).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise UserError(f"the template is no JSON ({error}); write texts, numbers, lists and objects") from None
    body: dict[str, Any] = json.loads(text)
    if problems := list(template_format.problems(body)):
        raise UserError(problems)
    return body


def _line(error: BaseException, path: Path, relative: str) -> str:
    """The innermost line of the author's file in the traceback."""
    if isinstance(error, SyntaxError) and error.filename == str(path):
        return f"{relative}:{error.lineno}"
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(path)]
    return f"{relative}:{lines[-1]}" if lines else relative
