"""Mutation tests: each rule's cases are merged into every product's newest template, and the rule must report them.

The resources of a case are added to the template, first as the valid case and then as each invalid one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from generators.compliance import rule_index
from generators.release import load, versions_folder
from generators.rules._template import is_ssm
from tests.unit.rules import case_files

ROOT = Path(__file__).resolve().parents[2]
PRODUCTS = {
    release.product.name: release.body for release in map(versions_folder.declared_release, load.products(ROOT))
}
CONTRACTS = case_files.contract_parameters()
RULES = {rule.__module__.rpartition(".")[2]: rule for rule in rule_index.all_rules()}


def merged(product: str, part: Mapping[str, Any]) -> dict[str, Any]:
    """The product's template with the case added; a replaced resource would hide the violation."""
    template: dict[str, Any] = json.loads(PRODUCTS[product])
    assert not set(template["Resources"]) & set(part.get("Resources", {})), "rename the resource in the case"
    metadata = extended(template.get("Metadata", {}), part.get("Metadata", {}))
    template["Parameters"] = reduced(template.get("Parameters", {}), part.get("Parameters", {}))
    sections = {
        name: {**template.get(name, {}), **section} if isinstance(section, dict) else section
        for name, section in part.items()
    }
    return template | sections | {"Metadata": metadata}


def reduced(own: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """The product's parameters, without those that would exceed the limit of five user parameters."""
    names, new = ([name for name, body in side.items() if not is_ssm(body)] for side in (own, more))
    excess = names[: max(0, len(names) + len(new) - 5)]
    return {name: body for name, body in own.items() if name not in excess}


def extended(old: Any, new: Any) -> Any:
    """Dictionaries merged and lists joined, so that the case's labels do not replace those of the product."""
    if isinstance(old, dict) and isinstance(new, Mapping):
        return old | {key: extended(old[key], value) if key in old else value for key, value in new.items()}
    return [*old, *new] if isinstance(old, list) and isinstance(new, list) else new


def without_unused_contracts(part: dict[str, Any]) -> dict[str, Any]:
    """The case without contract parameters that it does not use, because cfn-lint reads a template many times."""
    text = json.dumps({name: section for name, section in part.items() if name != "Parameters"})
    parameters = {
        name: body for name, body in part["Parameters"].items() if name in text or CONTRACTS.get(name) != body
    }
    return part | {"Parameters": parameters}


def violates(rule: str, template: dict[str, Any]) -> bool:
    """Whether the rule reports a violation, other than that it cannot decide because of a function."""
    matches = case_files.matches(RULES[rule](), template)
    return any(not match.message.startswith("cannot decide") for match in matches)


def proving(rule: str, product: str) -> Any:
    mark = pytest.mark.control(*RULES[rule].controls, on="template", product=product)
    return pytest.param(rule, product, marks=mark, id=f"{rule}-{product}")


@pytest.mark.parametrize(("rule", "product"), [proving(rule, product) for rule in RULES for product in PRODUCTS])
def test_a_rule_reports_its_invalid_cases_and_not_the_valid_one(rule: str, product: str) -> None:
    content = case_files.read(rule)
    valid, *_ = content["pass"].items()
    for (name, patch), expected in [(valid, False), *((case, True) for case in content["fail"].items())]:
        mutant = merged(product, without_unused_contracts(case_files.build(content["template"], patch or {})))
        assert violates(rule, mutant) is expected, f"{product} with {rule}: {name}"
