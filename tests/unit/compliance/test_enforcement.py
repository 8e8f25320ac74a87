"""Controls with evidence of templates or plans have a rule or a check, and no rule or check names another control."""

from pathlib import Path

from generators.compliance import rule_index
from generators.config import controls
from generators.terraform_checks import run

ROOT = Path(__file__).resolve().parents[3]


def test_rules_enforce_exactly_the_controls_with_template_evidence():
    assert set(rule_index.rules_by_control()) == controls.with_evidence(ROOT, "template")


def test_a_rule_declares_its_controls():
    rules = rule_index.rules_by_control()
    assert rules[53] == ("E9010",)
    assert rules[2] == ("E9001", "E9003", "E9029", "E9031")


def test_checks_enforce_exactly_the_controls_with_plan_evidence():
    assert set(run.checks_by_control()) == controls.with_evidence(ROOT, "plan")


def test_a_control_lists_its_checks():
    assert run.checks_by_control()[49] == ("bucket-blocks-public-access",)
    assert all(check.controls for check in run.all_checks())
