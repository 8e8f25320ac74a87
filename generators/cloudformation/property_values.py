"""One spelling for the values of properties: scalars as text by the registry schema, policies as lists. Pure.

CloudFormation converts `80`, `"80"`, `true` and `"true"` to the type of the property.
https://docs.aws.amazon.com/cloudformation-cli/latest/userguide/resource-type-schema.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from generators.cloudformation import resource_schemas
from generators.cloudformation.intrinsics import function_call

Schema = Mapping[str, Any]
_ANY: Schema = {}
_ACCOUNT = re.compile(r"\d+")
_STATEMENT_LISTS = ("Action", "NotAction", "Resource", "NotResource")


def properties(resource_type: str, values: Any) -> Any:
    """Evaluated properties of a resource in one spelling; every scalar is a text."""
    root = resource_schemas.schema(resource_type)
    return _spelling(root, root, values)


def text(value: Any) -> Any:
    """A scalar as CloudFormation passes it to a property without a type; anything else in one spelling."""
    return _spelling(_ANY, _ANY, value)


def items(value: Any) -> list[Any]:
    """The items of a list; any other value is one item."""
    return list(value) if isinstance(value, list | tuple) else [value]


def _spelling(root: Schema, schema: Any, value: Any) -> Any:
    schema = _dereferenced(root, schema)
    if isinstance(value, Mapping):
        return _object(root, schema, value)
    if isinstance(value, list):
        return [_spelling(root, schema.get("items", _ANY), item) for item in value]
    return _scalar(schema.get("type"), value)


def _dereferenced(root: Schema, schema: Any) -> Schema:
    while isinstance(schema, Mapping) and "$ref" in schema:
        section, _, name = str(schema["$ref"]).removeprefix("#/").partition("/")
        schema = root.get(section, {}).get(name, _ANY)
    return schema if isinstance(schema, Mapping) else _ANY


def _object(root: Schema, schema: Schema, value: Mapping[str, Any]) -> Any:
    if call := function_call(value):
        name, argument = call
        if name == "Fn::If" and isinstance(argument, list) and len(argument) == 3:
            return {name: [_spelling(_ANY, _ANY, argument[0]), *(_spelling(root, schema, x) for x in argument[1:])]}
        return {name: _spelling(_ANY, _ANY, argument)}
    if "Statement" in value:
        return _policy(value)
    declared = schema.get("properties", {})
    other = next(iter(schema.get("patternProperties", {}).values()), _ANY)
    return {key: _spelling(root, declared.get(key, other), item) for key, item in value.items()}


def _scalar(schema_type: Any, value: Any) -> Any:
    if value is None:
        return value
    result = str(value).lower() if isinstance(value, bool) else str(value)
    if schema_type == "boolean":
        return result.lower()
    return _number(result) if schema_type in ("integer", "number") else result


def _number(number: str) -> str:
    try:
        decimal = Decimal(number)
    except InvalidOperation:
        return number
    is_integer = decimal.is_finite() and decimal.adjusted() < 30 and decimal == decimal.to_integral_value()
    return str(int(decimal)) if is_integer else str(decimal)


def _policy(policy: Mapping[str, Any]) -> dict[str, Any]:
    """A policy document with lists instead of single items; the order of statements does not count."""
    statements = [_statement(statement) for statement in items(policy["Statement"])]
    return {key: text(item) for key, item in policy.items()} | {"Statement": _sorted(statements)}


def _statement(statement: Any) -> Any:
    if not isinstance(statement, Mapping) or function_call(statement):
        return _spelling(_ANY, _ANY, statement)
    result = {key: text(item) for key, item in statement.items()}
    result |= {key: _sorted(text(items(statement[key]))) for key in _STATEMENT_LISTS if key in statement}
    result |= {key: _principal(statement[key]) for key in ("Principal", "NotPrincipal") if key in statement}
    if isinstance(statement.get("Condition"), Mapping):
        result["Condition"] = {name: _operands(keys) for name, keys in statement["Condition"].items()}
    return result


def _principal(principal: Any) -> Any:
    """`*` and {"AWS": "*"} are everybody; an account is its root.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
    """
    principal = {"AWS": principal} if principal == "*" else principal
    if not isinstance(principal, Mapping) or function_call(principal):
        return text(principal)
    return {kind: _sorted([_account(text(item)) for item in items(names)]) for kind, names in principal.items()}


def _account(principal: Any) -> Any:
    is_account = isinstance(principal, str) and _ACCOUNT.fullmatch(principal)
    return f"arn:aws:iam::{principal}:root" if is_account else principal


def _operands(keys: Any) -> Any:
    if not isinstance(keys, Mapping) or function_call(keys):
        return text(keys)
    return {key: _sorted(text(items(value))) for key, value in keys.items()}


def _sorted(values: list[Any]) -> list[Any]:
    """The different values of a list whose order has no meaning."""
    unique = {json.dumps(value, sort_keys=True): value for value in values}
    return [unique[key] for key in sorted(unique)]
