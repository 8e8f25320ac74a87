"""The program of one template's process: runs template.py and writes its result to a pipe.

The file is compiled from its text each time, so that no bytecode is written and no stale bytecode is run.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from generators.config import text_file
from generators.errors import UserError
from generators.release.build_context import bind_build_context

RESULT_BYTES = 8 << 20  # far above what CloudFormation takes, far below what fills the memory


@dataclass(frozen=True, slots=True)
class TemplateFile:
    """A template.py and what its `build()` may read."""

    root: Path
    path: Path
    name: str  # products/studio_environment/template.py
    product: str  # studio-environment
    version: str


def run(file: TemplateFile) -> bytes:
    """The result as JSON: {"template": {...}} or {"problems": ["file:line: what; what to do", ...]}."""
    try:
        with bind_build_context(file.root, file.product, file.version):
            result = _json({"template": _build(file)})
        if len(result) > RESULT_BYTES:
            raise UserError(f"the template has {len(result):,} bytes; move documents out of it or split the product")
    except UserError as error:
        where = _line(error, file)
        return _json({"problems": [f"{where}: {problem}" for problem in error.problems]})
    except BaseException as error:  # noqa: BLE001 whatever the author's code raises is its author's to mend
        where, text = _line(error, file), " ".join(str(error).split())
        return _json({"problems": [f"{where}: {type(error).__name__}: {text}; correct the template"]})
    return result


def write(result: bytes, pipe: int) -> None:
    """Write the length of a result, then the result."""
    content = len(result).to_bytes(8, "big") + result
    while content:
        content = content[os.write(pipe, content) :]


def _build(file: TemplateFile) -> Any:
    module = ModuleType(f"_template_of_{file.path.parent.name}")
    module.__file__ = str(file.path)
    sys.modules[module.__name__] = module  # the dataclass decorator looks up the module by its name
    exec(compile(text_file.read(file.path, file.name), str(file.path), "exec"), module.__dict__)  # noqa: S102 the author's file
    if not callable(getattr(module, "build", None)):
        raise UserError("there is no build(); write build() -> Template")
    template = module.build()
    if not hasattr(template, "to_dict"):
        raise UserError(f"build() returns {type(template).__name__}; return a troposphere Template")
    return template.to_dict()


def _json(value: Any) -> bytes:
    try:
        return json.dumps(value, allow_nan=False, ensure_ascii=False).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise UserError(f"the template is no JSON ({error}); write texts, numbers, lists and objects") from None


def _line(error: BaseException, file: TemplateFile) -> str:
    """The innermost line of the author's file in the traceback."""
    path = str(file.path)
    if isinstance(error, SyntaxError) and error.filename == path:
        return f"{file.name}:{error.lineno}"
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == path]
    return f"{file.name}:{lines[-1]}" if lines else file.name
