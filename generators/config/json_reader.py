"""A strict JSON parser: a key appears once and numbers are finite. Pure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from generators.errors import UserError, excerpt


def parse(text: str, name: str) -> Any:
    """The value of a JSON text; UserError `name:line: what; what to do`."""
    try:
        return json.loads(text, object_pairs_hook=_unique_keys, parse_constant=_refuse_constant)
    except json.JSONDecodeError as error:
        problem = f"{name}:{error.lineno}: not valid JSON: {error.msg}; correct it"
    except _DuplicateKey as error:
        key = str(error)
        problem = f"{name}:{_last_line(text, key)}: duplicate key '{excerpt(key)}'; keep one of the two"
    except RecursionError:
        problem = f"{name}:1: not valid JSON: nested too deeply; write fewer levels"
    except ValueError:  # Python's limit of digits, or NaN
        problem = f"{name}:1: not valid JSON: a number is not finite or too long; write a shorter one"
    raise UserError(problem)


class _DuplicateKey(Exception):  # noqa: N818 - becomes a problem above
    """A key that an object has twice."""


def _unique_keys(pairs: Sequence[tuple[str, Any]]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key, value in pairs:
        if key in values:
            raise _DuplicateKey(key)
        values[key] = value
    return values


def _refuse_constant(name: str) -> None:
    raise ValueError(name)


def _last_line(text: str, key: str) -> int:
    """The line of the last occurrence; 1 for a key that is written with escapes."""
    return text[: max(text.rfind(f'"{key}"'), 0)].count("\n") + 1
