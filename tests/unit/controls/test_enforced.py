"""A control that templates prove is enforced by a rule, and a rule claims no other control."""

from pathlib import Path

from generators.controls import rules, source

ROOT = Path(__file__).resolve().parents[3]


def test_every_control_that_templates_prove_has_a_rule_and_no_rule_claims_another():
    assert set(rules.enforcing()) == source.proven_on(ROOT, "template")


def test_a_rule_names_its_controls_in_its_reason():
    found = rules.enforcing()
    assert found[53] == ("E9010",)
    assert found[2] == ("E9001", "E9003", "E9029", "E9031")
