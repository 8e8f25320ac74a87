"""Checks that the names in a product's launch_policy.json exist in IAM. Reads files, nothing else.

`catalog launch-policy` writes the file, but a person may change it. Terraform fills in placeholders such as
${account_id}, so an example account's values replace them here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from generators.config import json_reader, text_file
from generators.errors import UserError, did_you_mean
from generators.iam import policy_lint
from generators.iam.conditions import PolicyError
from generators.iam.policy_document import parse
from generators.launch_policy import FILE
from generators.launch_policy.placeholders import EXAMPLE_VALUES, example
from generators.release.model import Product

_STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
_PLACEHOLDER = re.compile(r"\$\{(\w+)\}")
SourceLocation = tuple[str | int, ...]
_PROBLEMS = {"Action": policy_lint.action_problem, "NotAction": policy_lint.action_problem,
           "Resource": policy_lint.arn_problem, "NotResource": policy_lint.arn_problem}  # fmt: skip


def require_valid(products: Iterable[Product]) -> None:
    """Raise UserError with every problem in the launch policies of the products."""
    sentences = [sentence for product in products for sentence in problems(product)]
    if sentences:
        raise UserError(sentences)


def problems(product: Product) -> tuple[str, ...]:
    """`file:line: what; what to do` for each name that IAM does not have: a misspelt action allows nothing."""
    path, where = product.folder / FILE, product.path(FILE)
    if not path.exists():
        return (f"{where}: file is missing; run `catalog launch-policy {product.name}`",)
    try:
        text = text_file.read(path, where)
        policy = json_reader.parse(text, where)
    except UserError as error:
        return error.problems
    if not isinstance(policy, dict) or not isinstance(policy.get("Statement"), list):
        return (f"{where}:1: is no IAM policy; write an object with Version and a list Statement",)
    lines = dict(zip(_locations(policy), _lines(text), strict=True))
    sentences = sorted({(lines[location], sentence) for location, sentence in _statement_problems(policy)})
    return tuple(f"{where}:{line}: {sentence}" for line, sentence in sentences) or _grammar_problems(text, where)


def _locations(value: Any, location: SourceLocation = ()) -> Iterator[SourceLocation]:
    """The location of every string of the document, in the order of the file; that of a key ends in "key"."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield (*location, key, "key")
            yield from _locations(inner, (*location, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _locations(inner, (*location, index))
    elif isinstance(value, str):
        yield location


def _lines(text: str) -> Iterator[int]:
    for match in _STRING.finditer(text):
        yield text[: match.start()].count("\n") + 1


def _statement_problems(policy: dict[str, Any]) -> Iterator[tuple[SourceLocation, str]]:
    for index, statement in enumerate(policy["Statement"]):
        if isinstance(statement, dict):
            for location, sentence in _problems_in(statement):
                if sentence:
                    yield ("Statement", index, *location), sentence


def _problems_in(statement: dict[str, Any]) -> Iterator[tuple[SourceLocation, str]]:
    """Location and problem of each name in a statement, "" for a correct one."""
    for element, problem in _PROBLEMS.items():
        for location, text in _strings(statement.get(element, []), (element,)):
            yield location, _placeholder_problem(text) or problem(example(text))
    conditions = statement.get("Condition", {})
    for operator, entries in conditions.items() if isinstance(conditions, dict) else ():
        yield ("Condition", operator, "key"), policy_lint.operator_problem(operator)
        for key, value in entries.items() if isinstance(entries, dict) else ():
            yield ("Condition", operator, key, "key"), policy_lint.condition_key_problem(key)
            for location, text in _strings(value, ("Condition", operator, key)):
                yield location, _placeholder_problem(text)


def _strings(value: Any, location: SourceLocation) -> Iterator[tuple[SourceLocation, str]]:
    if isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _strings(inner, (*location, index))
    elif isinstance(value, str):
        yield location, value


def _placeholder_problem(text: str) -> str:
    """Terraform refuses a placeholder that it does not fill in."""
    unknown = next((name for name in _PLACEHOLDER.findall(text) if name not in EXAMPLE_VALUES), "")
    return f"unknown value '{unknown}'; {did_you_mean(unknown, EXAMPLE_VALUES)}" if unknown else ""


def _grammar_problems(text: str, where: str) -> tuple[str, ...]:
    """The problem of a document whose names are known but which is no IAM policy."""
    try:
        parse(example(text))
    except PolicyError as error:
        return (f"{where}:1: {error}; correct it, or write it anew with `catalog launch-policy`",)
    return ()
