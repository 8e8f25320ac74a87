"""A product's launch policy as it is written: does every word of it mean something. Reads files, nothing else.

`catalog launch-policy` writes the file; a person may have changed it. Terraform fills in the account and the region, so
a placeholder such as ${account_id} stands for an example here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from generators.errors import UserError, did_you_mean
from generators.iam import policy_lint
from generators.iam.conditions import PolicyError
from generators.iam.policy_document import parse
from generators.launch_policy.placeholders import WORDS, example
from generators.release.model import Product

FILE = "launch_policy.json"
_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_WORD = re.compile(r"\$\{(\w+)\}")
SourceLocation = tuple[str | int, ...]
_CHECKS = {"Action": policy_lint.action_problem, "NotAction": policy_lint.action_problem,
           "Resource": policy_lint.arn_problem, "NotResource": policy_lint.arn_problem}  # fmt: skip


def require_valid(products: Iterable[Product]) -> None:
    """UserError with every problem of the launch policies of these products."""
    found = [problem for product in products for problem in problems(product)]
    if found:
        raise UserError(found)


def problems(product: Product) -> tuple[str, ...]:
    """`file:line: what; what to do` for each word that IAM does not know: a typing error allows nothing."""
    path, where = product.folder / FILE, product.path(FILE)
    if not path.is_file():
        return (f"{where}: file is missing; run `catalog launch-policy {product.name}`",)
    text = path.read_text(encoding="utf-8")
    try:
        policy = json.loads(text, object_pairs_hook=_once)
    except json.JSONDecodeError as error:
        return (f"{where}:{error.lineno}: not valid JSON: {error.msg}; correct it",)
    except _Twice as twice:
        return (f"{where}:{_last_line(text, str(twice))}: duplicate key '{twice}'; keep one of the two",)
    if not isinstance(policy, dict) or not isinstance(policy.get("Statement"), list):
        return (f"{where}:1: is no IAM policy; write an object with Version and a list Statement",)
    lines = dict(zip(_places(policy), _lines(text), strict=True))
    found = sorted({(lines[place], what) for place, what in _wrong(policy)})
    return tuple(f"{where}:{line}: {what}" for line, what in found) or _grammar(text, where)


class _Twice(Exception):  # noqa: N818 - a finding, told above
    """A key that stands twice in one object."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    keys = [key for key, _ in pairs]
    if twice := next((key for key in keys if keys.count(key) > 1), ""):
        raise _Twice(twice)
    return dict(pairs)


def _last_line(text: str, key: str) -> int:
    return text[: text.rindex(f'"{key}"')].count("\n") + 1


def _places(value: Any, place: SourceLocation = ()) -> Iterator[SourceLocation]:
    """Every text of the document and where it stands, in the order of the file; a key's place ends in its name."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield (*place, key, "key")
            yield from _places(inner, (*place, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _places(inner, (*place, index))
    elif isinstance(value, str):
        yield place


def _lines(text: str) -> Iterator[int]:
    for match in _STRING.finditer(text):
        yield text[: match.start()].count("\n") + 1


def _wrong(policy: dict[str, Any]) -> Iterator[tuple[SourceLocation, str]]:
    for index, statement in enumerate(policy["Statement"]):
        if isinstance(statement, dict):
            yield from (((("Statement", index, *place)), what) for place, what in _in_statement(statement) if what)


def _in_statement(statement: dict[str, Any]) -> Iterator[tuple[SourceLocation, str]]:
    for element, check in _CHECKS.items():
        for place, text in _texts(statement.get(element, []), (element,)):
            yield place, _unknown_word(text) or check(example(text))
    conditions = statement.get("Condition", {})
    for name, lines in conditions.items() if isinstance(conditions, dict) else ():
        yield ("Condition", name, "key"), policy_lint.operator_problem(name)
        for key, value in lines.items() if isinstance(lines, dict) else ():
            yield ("Condition", name, key, "key"), policy_lint.condition_key_problem(key)
            yield from ((place, _unknown_word(text)) for place, text in _texts(value, ("Condition", name, key)))


def _texts(value: Any, place: SourceLocation) -> Iterator[tuple[SourceLocation, str]]:
    if isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _texts(inner, (*place, index))
    elif isinstance(value, str):
        yield place, value


def _unknown_word(text: str) -> str:
    """Terraform fills in a few words and refuses the others."""
    unknown = next((it for it in _WORD.findall(text) if it not in WORDS), "")
    return f"unknown value '{unknown}'; {did_you_mean(unknown, WORDS)}" if unknown else ""


def _grammar(text: str, where: str) -> tuple[str, ...]:
    """What is no policy although each word is known."""
    try:
        parse(example(text))
    except PolicyError as error:
        return (f"{where}:1: {error}; correct it, or write it anew with `catalog launch-policy`",)
    return ()
