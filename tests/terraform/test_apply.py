"""Every module is applied on the embedded AWS, planned empty, and destroyed; all of them in one go.

A module's case is tests/terraform/<module>/apply.tfvars.json, in which "${...}" is an expression; what a module needs
around it stands in around.tf beside the case, what many need in tests/terraform/around.tf.
"""

import pytest

from .estate import MODULES
from .life import CASES

NAMES = sorted(path.parent.name for path in MODULES.glob("*/versions.tf"))
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
