"""Plan documents as `terraform show -json` prints them.

"?" stands for a value known after apply; "@address.attribute" for one that is a reference.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from scripts.localaws.core import data_file

CASES = Path(__file__).parent / "cases"
_POLICIES = ("policy", "policy_document", "assume_role_policy")


@cache
def read(check: str) -> dict[str, Any]:
    """`plan`, the cases by verdict, and the services in use."""
    content: dict[str, Any] = data_file.read(CASES / f"{check}.yaml")
    return {"services": []} | content


def build(plan: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    """The plan with some arguments of some resources replaced; null removes an argument or a resource."""
    resources = {name: {**plan.get(name, {}), **(patch.get(name) or {})} for name in {**plan, **patch}}
    resources = {name: values for name, values in resources.items() if name not in patch or patch[name] is not None}
    return document(
        {
            name: {argument: value for argument, value in values.items() if value is not None}
            for name, values in resources.items()
        }
    )


def document(resources: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """A plan that creates these resources."""
    texts = {
        address: {name: _text(name, value) for name, value in values.items()} for address, values in resources.items()
    }
    return {
        "planned_values": {"root_module": {"resources": [_planned(*item) for item in texts.items()]}},
        "resource_changes": [
            {"address": address, "change": {"after_unknown": _after_unknown(values)}}
            for address, values in texts.items()
        ],
        "configuration": {"root_module": {"resources": [_configuration(*item) for item in texts.items()]}},
    }


def _planned(address: str, values: Mapping[str, Any]) -> dict[str, Any]:
    resource_type = address.split(".")[-2]
    return {"address": address, "mode": "managed", "type": resource_type, "values": _without_unknown(values)}


def _configuration(address: str, values: Mapping[str, Any]) -> dict[str, Any]:
    return {"address": address, "expressions": {name: _expression(value) for name, value in values.items()}}


def _expression(value: Any) -> dict[str, Any]:
    if not isinstance(value, str) or value[:1] not in ("?", "@"):
        return {"constant_value": value}
    return {"references": [value[1:], value[1:].rpartition(".")[0]] if value[1:] else ["local.hidden"]}


def _text(name: str, value: Any) -> Any:
    return json.dumps(value) if name in _POLICIES and isinstance(value, dict) else value


def _without_unknown(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _without_unknown(item) for name, item in value.items() if not _is_unknown(item)}
    return [_without_unknown(item) for item in value] if isinstance(value, list) else value


def _after_unknown(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _after_unknown(item) for name, item in value.items() if _after_unknown(item)}
    return [_after_unknown(item) for item in value] if isinstance(value, list) else _is_unknown(value)


def _is_unknown(value: Any) -> bool:
    return isinstance(value, str) and value[:1] in ("?", "@")
