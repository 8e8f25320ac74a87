"""The files in cases/: a right template for every rule, and patches that pass, fail or cannot be decided."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from generators.config import contracts
from scripts.localaws.core import data_file

ROOT = Path(__file__).resolve().parents[3]
FOLDER = Path(__file__).parent / "cases"
VERDICTS = ("pass", "fail", "unknown")


def contract_parameters() -> dict[str, Any]:
    """Every contract as kit declares it, under the name scope.key: `{Ref: spoke.vpc_id}`."""
    return {
        f"{scope}.{key}": {
            "Type": f"AWS::SSM::Parameter::Value<{contract.type}>",
            "Default": contract.path,
            "AllowedValues": [contract.path],
        }
        for scope, keys in contracts.read(ROOT).items()
        for key, contract in keys.items()
    }


def patched(old: Any, new: Any) -> Any:
    """`old` with the values of `new`; null deletes a key, a function replaces the whole value."""
    if not isinstance(new, dict) or not isinstance(old, dict):
        return new
    if any(key == "Ref" or key.startswith("Fn::") for key in new):
        return new
    merged = {**old, **{key: patched(old.get(key), value) for key, value in new.items()}}
    return {key: value for key, value in merged.items() if value is not None}


def build(template: dict[str, Any], patch: dict[str, Any]) -> dict[str, Any]:
    if not {"Resources", "Parameters", "Metadata", "Conditions"} & set(patch):
        patch = {"Resources": {"Example": {"Properties": patch}}}
    merged: dict[str, Any] = patched(template, patch)
    return merged | {"Parameters": contract_parameters() | merged.get("Parameters", {})}


@cache
def read(module: str) -> dict[str, Any]:
    """One rule's cases by verdict; they are patches of `template`."""
    content: dict[str, Any] = data_file.read(FOLDER / f"{module}.yaml")
    return content


def built() -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """(module, verdict, name, template) of every case."""
    for path in sorted(FOLDER.glob("*.yaml")):
        content = read(path.stem)
        for verdict in VERDICTS:
            for name, patch in content[verdict].items():
                yield path.stem, verdict, name, build(content["template"], patch or {})


def matches(rule: Any, template: dict[str, Any]) -> list[Any]:
    """The matches of a platform rule in a template.

    A platform rule reads the plain template alone; cfn-lint's Template also builds a graph, which takes longer.
    """
    result: list[Any] = rule.match(SimpleNamespace(template=template))
    return result
