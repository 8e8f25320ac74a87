"""No rule raises and no rule passes, whatever stands where it reads a value."""

from __future__ import annotations

from typing import Any

import pytest

from generators.rules._property_values import is_intrinsic
from tests.support.unexpected_values import UNEXPECTED, Path, places, replaced, value_at
from tests.unit.rules import case_files
from tests.unit.rules.test_rules import MODULES, rule

# What hides the properties of an object.
HIDING: tuple[Any, ...] = (
    7,
    "unexpected",
    [[]],
    {"Ref": []},
    {"Fn::If": "Nothing"},
    {"Fn::If": ["Nothing", {"Fn::FindInMap": ["Map", "Row", "Column"]}, {"Ref": "AWS::NoValue"}]},
    {"Fn::FindInMap": ["Map", "Row", "Column"]},
)


def own_places(template: dict[str, Any]) -> list[Path]:
    """Every place of a case but those inside the contracts' parameters, and those inside one contract."""
    contracts = [*case_files.contract_parameters()]
    return [path for path in places(template) if len(path) < 2 or path[1] not in contracts[1:]]


def properties(template: dict[str, Any]) -> list[Path]:
    """The places of the objects in the properties of a case's resources; not those inside a function."""
    paths = [path for path in own_places(template) if path[0] == "Resources" and len(path) > 2]
    literal = [path for path in paths if not any(str(part).startswith(("Ref", "Fn::")) for part in path)]
    values = ((path, value_at(template, path)) for path in literal)
    return [path for path, value in values if isinstance(value, dict) and not is_intrinsic(value)]


def right_templates(module: str) -> list[dict[str, Any]]:
    content = case_files.read(module)
    return [case_files.build(content["template"], patch or {}) for patch in content["pass"].values()]


@pytest.mark.parametrize("module", MODULES)
def test_rule_never_raises(module: str) -> None:
    judge = rule(module)
    for template in right_templates(module):
        for path in own_places(template):
            for value in UNEXPECTED:
                for match in case_files.matches(judge, replaced(template, path, value)):
                    assert match.path[0] in template
                    assert "; " in match.message or ", so " in match.message


@pytest.mark.parametrize("module", MODULES)
def test_an_object_with_a_demanded_value_may_not_be_hidden(module: str) -> None:
    judge = rule(module)
    for template in right_templates(module):
        for path in properties(template):
            if case_files.matches(judge, replaced(template, path, ...)):
                passed = [value for value in HIDING if not case_files.matches(judge, replaced(template, path, value))]
                assert passed == [], f"{path}: {template['Resources']}"
