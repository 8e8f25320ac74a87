"""Every module is applied on the embedded AWS, has an empty plan afterwards, and is destroyed.

A module's case is tests/terraform/<module>/apply.tfvars.json, in which "${...}" is an expression. Resources that one
module needs are in prerequisites.tf beside its case, those that many need in tests/terraform/prerequisites.tf.
"""

import re

import pytest

from generators.terraform_checks import context, run
from generators.terraform_checks.model import plan
from tests.terraform.lifecycle import CASES, resources
from tests.terraform.root_module import MODULES, ROOT

NAMES = sorted(path.parent.name for path in MODULES.glob("*/versions.tf"))
SECRETS = (
    r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b",
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----",
    r"(?i:secret|password)\w*\"?\s*[:=]\s*\"[^\"$]{8,}\"",
)
PLAIN = ("String", "StringList")  # types of a parameter that is no secret
pytestmark = pytest.mark.slow


@pytest.mark.parametrize("module", NAMES)
def test_a_module_is_applied_planned_empty_and_destroyed(lifecycle, module):
    assert module in CASES, f"write tests/terraform/{module}/apply.tfvars.json; a neighbour's shows how"
    assert lifecycle.applied.errors().get(module, []) == []
    assert lifecycle.values.get(module), "a module without resources proves nothing"
    assert lifecycle.planned.errors().get(module, []) == []
    assert lifecycle.planned.changes().get(module, []) == [], "the plan after an apply is empty"
    assert lifecycle.destroyed.errors().get(module, []) == []
    assert lifecycle.remaining.get(module, []) == []


def test_nothing_goes_wrong_outside_the_modules(lifecycle):
    commands = (lifecycle.applied, lifecycle.planned, lifecycle.destroyed)
    assert [error for command in commands for error in command.errors().get("", [])] == []
    assert lifecycle.planned.changes().get("", []) == []
    assert lifecycle.remaining == {}


def test_the_plan_checks_hold_of_what_was_applied_and_all_of_them_can_be_decided(lifecycle):
    findings = run.check_plan(plan.read(lifecycle.state), context.read(ROOT)).findings
    assert [str(finding) for finding in findings if finding.address.startswith("module.")] == []


@pytest.mark.control(72)
def test_no_secret_stands_in_a_state_an_output_or_a_log(lifecycle):
    """The provider marks values as sensitive, also those of plain-text parameters; no other marked value is set."""
    managed = resources(lifecycle.state["values"]["root_module"])
    marked = {
        resource["address"]: list(_marked(resource["sensitive_values"], resource["values"]))
        for resource in managed
        if resource["values"].get("type") not in PLAIN
    }
    assert {address: values for address, values in marked.items() if values} == {}
    commands = (lifecycle.applied, lifecycle.planned, lifecycle.destroyed)
    texts = [*(str(event) for command in commands for event in command.events), str(lifecycle.state)]
    matches = [re.search(pattern, text) for text in texts for pattern in SECRETS]
    assert [match.group() for match in matches if match] == []


def _marked(marks, values):
    """Non-empty values that are marked as sensitive."""
    if isinstance(marks, dict):
        for name, below in marks.items():
            yield from _marked(below, values.get(name))
    elif isinstance(marks, list):
        for below, value in zip(marks, values, strict=False):
            yield from _marked(below, value)
    elif marks and values:
        yield values
