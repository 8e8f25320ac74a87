"""Plans as `terraform show -json` tells them: "?" is known after the apply, "@address.attribute" too, by reference."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

CASES = Path(__file__).parent / "cases"
_POLICIES = ("policy", "policy_document", "assume_role_policy")


@cache
def read(check: str) -> dict[str, Any]:
    """`plan`, the cases by verdict, and the services that are used."""
    content: dict[str, Any] = yaml.safe_load((CASES / f"{check}.yaml").read_text("utf-8"))
    return {"services": []} | content


def build(plan: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    """The plan with some arguments of some resources; null takes one away."""
    resources = {name: {**plan.get(name, {}), **(patch.get(name) or {})} for name in {**plan, **patch}}
    resources = {name: it for name, it in resources.items() if name not in patch or patch[name] is not None}
    return document({name: {arg: it for arg, it in all_.items() if it is not None} for name, all_ in resources.items()})


def document(resources: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """A plan that makes these."""
    given = {address: {name: _text(name, it) for name, it in values.items()} for address, values in resources.items()}
    return {
        "planned_values": {"root_module": {"resources": [_planned(*it) for it in given.items()]}},
        "resource_changes": [
            {"address": it, "change": {"after_unknown": _later(values)}} for it, values in given.items()
        ],
        "configuration": {"root_module": {"resources": [_written(*it) for it in given.items()]}},
    }


def _planned(address: str, values: Mapping[str, Any]) -> dict[str, Any]:
    kind = address.split(".")[-2]
    return {"address": address, "mode": "managed", "type": kind, "values": _known(values)}


def _written(address: str, values: Mapping[str, Any]) -> dict[str, Any]:
    return {"address": address, "expressions": {name: _expression(it) for name, it in values.items()}}


def _expression(value: Any) -> dict[str, Any]:
    if not isinstance(value, str) or value[:1] not in ("?", "@"):
        return {"constant_value": value}
    return {"references": [value[1:], value[1:].rpartition(".")[0]] if value[1:] else ["local.hidden"]}


def _text(name: str, value: Any) -> Any:
    return json.dumps(value) if name in _POLICIES and isinstance(value, dict) else value


def _known(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _known(it) for name, it in value.items() if not _is_later(it)}
    return [_known(it) for it in value] if isinstance(value, list) else value


def _later(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _later(it) for name, it in value.items() if _later(it)}
    return [_later(it) for it in value] if isinstance(value, list) else _is_later(value)


def _is_later(value: Any) -> bool:
    return isinstance(value, str) and value[:1] in ("?", "@")
