"""Every rule passes what is right, refuses what is wrong, and says so when a function hides the answer."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cfnlint.template import Template
from ruamel.yaml import YAML

from generators.catalog import contracts
from generators.rules._rule import PlatformRule

ROOT = Path(__file__).resolve().parents[3]
CASES = sorted((Path(__file__).parent / "cases").glob("*.yaml"))
MODULES = sorted(path.stem for path in (ROOT / "generators/rules").glob("[!_]*.py"))


def contract_parameters() -> dict[str, Any]:
    """Every contract as kit declares it, under the name scope.key: `{Ref: spoke.vpc_id}`."""
    return {
        f"{scope}.{key}": {
            "Type": f"AWS::SSM::Parameter::Value<{it.type}>",
            "Default": it.path,
            "AllowedValues": [it.path],
        }
        for scope, keys in contracts.read(ROOT).items()
        for key, it in keys.items()
    }


def rule(module: str) -> PlatformRule:
    found = vars(importlib.import_module(f"generators.rules.{module}")).values()
    classes = [it for it in found if inspect.isclass(it) and issubclass(it, PlatformRule) and it.id]
    (only,) = classes
    return only()


def patched(old: Any, new: Any) -> Any:
    """`new` over `old`; null deletes a key, a function replaces what was there."""
    if not isinstance(new, dict) or not isinstance(old, dict):
        return new
    if any(key == "Ref" or key.startswith("Fn::") for key in new):
        return new
    merged = {**old, **{key: patched(old.get(key), value) for key, value in new.items()}}
    return {key: value for key, value in merged.items() if value is not None}


def build(template: dict[str, Any], patch: dict[str, Any]) -> dict[str, Any]:
    if not {"Resources", "Parameters", "Metadata", "Conditions"} & set(patch):
        patch = {"Resources": {"It": {"Properties": patch}}}
    merged: dict[str, Any] = patched(template, patch)
    return merged | {"Parameters": contract_parameters() | merged.get("Parameters", {})}


def cases() -> Iterator[Any]:
    for path in CASES:
        content = YAML(typ="safe").load(path)
        for verdict in ("pass", "fail", "unknown"):
            for name, patch in content[verdict].items():
                arguments = (path.stem, verdict, build(content["template"], patch or {}))
                yield pytest.param(*arguments, id=f"{path.stem}: {verdict}: {name}")


def messages(module: str, template: dict[str, Any]) -> list[str]:
    return [match.message for match in rule(module).match(Template("case", template, ["eu-west-2"]))]


@pytest.mark.parametrize(("module", "verdict", "template"), list(cases()))
def test_rule_judges(module: str, verdict: str, template: dict[str, Any]) -> None:
    said = messages(module, template)
    undecided = [message.startswith("cannot decide") for message in said]
    assert bool(said) is (verdict != "pass"), said
    assert all(undecided) if verdict == "unknown" else not any(undecided), said


@pytest.mark.parametrize("module", MODULES)
def test_rule_has_pass_fail_and_unknown_cases(module: str) -> None:
    content = YAML(typ="safe").load(Path(__file__).parent / "cases" / f"{module}.yaml")
    assert all(content[verdict] for verdict in ("pass", "fail", "unknown"))


def test_ids_are_unique_and_ours() -> None:
    ids = [rule(module).id for module in MODULES]
    assert len(set(ids)) == len(ids) >= 16
    assert all("E9001" <= it <= "E9099" for it in ids)


@pytest.mark.parametrize("module", MODULES)
def test_rule_gives_its_reason_and_the_page_or_control(module: str) -> None:
    text = rule(module).description
    assert "https://docs.aws.amazon.com/" in text or "Control" in text


@pytest.mark.parametrize(("module", "verdict", "template"), list(cases()))
def test_message_names_the_fix(module: str, verdict: str, template: dict[str, Any]) -> None:
    assert all(("; " in message) or (", so " in message) for message in messages(module, template))
