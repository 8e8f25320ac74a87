"""Every module is applied on the embedded AWS, planned empty, and destroyed; all of them in one go.

A module's case is tests/terraform/<module>/apply.tfvars.json, in which "${...}" is an expression; what a module needs
around it stands in around.tf beside the case, what many need in tests/terraform/around.tf.
"""

import re

import pytest

from generators.terraform_checks import context, plan, run
from tests.terraform.estate import MODULES, ROOT
from tests.terraform.life import CASES, resources

NAMES = sorted(path.parent.name for path in MODULES.glob("*/versions.tf"))
SECRETS = (
    r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b",
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----",
    r"(?i:secret|password)\w*\"?\s*[:=]\s*\"[^\"$]{8,}\"",
)
PLAIN = ("String", "StringList")  # types of a parameter that is no secret
pytestmark = pytest.mark.slow


@pytest.mark.parametrize("module", NAMES)
def test_a_module_is_applied_planned_empty_and_destroyed(life, module):
    assert module in CASES, f"write tests/terraform/{module}/apply.tfvars.json; a neighbour's shows how"
    assert life.applied.errors().get(module, []) == []
    assert life.values.get(module), "a module that makes nothing says nothing"
    assert life.planned.errors().get(module, []) == []
    assert life.planned.changes().get(module, []) == [], "the plan after an apply is empty"
    assert life.destroyed.errors().get(module, []) == []
    assert life.left.get(module, []) == []


def test_nothing_goes_wrong_outside_the_modules(life):
    said = (life.applied, life.planned, life.destroyed)
    assert [it for one in said for it in one.errors().get("", [])] == []
    assert life.planned.changes().get("", []) == []
    assert life.left == {}


def test_the_plan_checks_hold_of_what_was_applied_and_all_of_them_can_be_decided(life):
    found = run.judge(plan.read(life.state), context.read(ROOT))
    assert [str(it) for it in found.findings if it.address.startswith("module.")] == []


@pytest.mark.control(72)
def test_no_secret_stands_in_a_state_an_output_or_a_log(life):
    """The provider marks what may be secret, parameters that are plain text among it; no other mark has a value."""
    held = [it for it in resources(life.state["values"]["root_module"]) if it["values"].get("type") not in PLAIN]
    kept = {it["address"]: list(_marked(it["sensitive_values"], it["values"])) for it in held}
    assert {address: values for address, values in kept.items() if values} == {}
    said = [str(it) for one in (life.applied, life.planned, life.destroyed) for it in one.events]
    assert [
        found.group() for text in (*said, str(life.state)) for it in SECRETS if (found := re.search(it, text))
    ] == []


def _marked(marks, values):
    """Values that are marked, unless they are empty."""
    if isinstance(marks, dict):
        for name, below in marks.items():
            yield from _marked(below, values.get(name))
    elif isinstance(marks, list):
        for below, value in zip(marks, values, strict=False):
            yield from _marked(below, value)
    elif marks and values:
        yield values
