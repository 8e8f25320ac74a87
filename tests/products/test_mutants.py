"""Every control that templates prove, broken in every product's newest template in every way that the cases know.

Where a product holds nothing that a control is about, the smallest such thing goes in with it: first right, then wrong.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from cfnlint.template import Template

from generators.compliance import rule_index
from generators.release import load, versions_folder
from generators.rules._template import is_ssm
from tests.unit.rules import case_files

ROOT = Path(__file__).resolve().parents[2]
PRODUCTS = {item.product.name: item.body for item in map(versions_folder.declared_release, load.products(ROOT))}
CONTRACTS = case_files.contract_parameters()
RULES = {kind.__module__.rpartition(".")[2]: kind for kind in rule_index.all_rules()}


def grafted(product: str, part: Mapping[str, Any]) -> dict[str, Any]:
    """The product's template with the part in it; a replaced resource would hide what the part breaks."""
    whole: dict[str, Any] = json.loads(PRODUCTS[product])
    assert not set(whole["Resources"]) & set(part.get("Resources", {})), "rename the resource in the case"
    labels = added(whole.get("Metadata", {}), part.get("Metadata", {}))
    whole["Parameters"] = roomy(whole.get("Parameters", {}), part.get("Parameters", {}))
    sections = {
        name: {**whole.get(name, {}), **item} if isinstance(item, dict) else item for name, item in part.items()
    }
    return whole | sections | {"Metadata": labels}


def roomy(own: Mapping[str, Any], more: Mapping[str, Any]) -> dict[str, Any]:
    """The product's parameters without as many as would make more than a user may be asked, five."""
    asked, new = ([name for name, item in side.items() if not is_ssm(item)] for side in (own, more))
    gone = asked[: max(0, len(asked) + len(new) - 5)]
    return {name: item for name, item in own.items() if name not in gone}


def added(old: Any, new: Any) -> Any:
    """Keys beside keys and items behind items: the part's labels do not take the product's away."""
    if isinstance(old, dict) and isinstance(new, Mapping):
        return old | {key: added(old[key], value) if key in old else value for key, value in new.items()}
    return [*old, *new] if isinstance(old, list) and isinstance(new, list) else new


def asked(part: dict[str, Any]) -> dict[str, Any]:
    """The part without the contracts that it does not refer to: cfn-lint looks through a template many times."""
    said = json.dumps({name: item for name, item in part.items() if name != "Parameters"})
    own = {name: item for name, item in part["Parameters"].items() if name in said or CONTRACTS.get(name) != item}
    return part | {"Parameters": own}


def noticed(rule: str, template: dict[str, Any]) -> bool:
    """Whether the rule refuses it for what it is, not for what a function hides."""
    said = RULES[rule]().match(Template("mutant", template, ["eu-west-2"]))
    return any(not item.message.startswith("cannot decide") for item in said)


def proving(rule: str, product: str) -> Any:
    mark = pytest.mark.control(*RULES[rule].controls, on="template", product=product)
    return pytest.param(rule, product, marks=mark, id=f"{rule}-{product}")


@pytest.mark.parametrize(("rule", "product"), [proving(rule, product) for rule in RULES for product in PRODUCTS])
def test_a_control_that_is_broken_is_noticed_and_one_that_holds_is_not(rule: str, product: str) -> None:
    content = case_files.read(rule)
    right, *_ = content["pass"].items()
    for (name, patch), expected in [(right, False), *((item, True) for item in content["fail"].items())]:
        mutant = grafted(product, asked(case_files.build(content["template"], patch or {})))
        assert noticed(rule, mutant) is expected, f"{product} with {rule}: {name}"
