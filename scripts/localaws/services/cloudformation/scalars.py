"""Scalars of templates: CloudFormation compares and sends numbers and booleans as text. Pure.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-formats.html
"""

import json
from typing import Any


def scalar_text(value: Any) -> str:
    """Return the text of a string, number or boolean; JSON of a list or mapping."""
    if isinstance(value, bool):
        return str(value).lower()
    return json.dumps(value) if isinstance(value, dict | list) else str(value)


def with_text_scalars(value: Any) -> Any:
    """Return the value with all scalars as text."""
    if isinstance(value, dict):
        return {key: with_text_scalars(item) for key, item in value.items()}
    return [with_text_scalars(item) for item in value] if isinstance(value, list) else scalar_text(value)


def api_arguments(shape: Any, value: Any) -> Any:
    """Return the arguments of an API call with scalars of the types that botocore's model demands."""
    kind = getattr(shape, "type_name", "")
    if kind == "structure" and isinstance(value, dict):
        return {key: api_arguments(shape.members.get(key), item) for key, item in value.items()}
    if kind == "map" and isinstance(value, dict):
        return {key: api_arguments(shape.value, item) for key, item in value.items()}
    if kind == "list" and isinstance(value, list):
        return [api_arguments(shape.member, item) for item in value]
    if kind in ("integer", "long") and isinstance(value, str) and value.isdecimal():
        return int(value)
    return scalar_text(value) if kind == "string" and isinstance(value, bool | int | float) else value
