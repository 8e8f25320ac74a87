"""A control that templates or plans prove is enforced by a rule or a check, and these claim no other control."""

from pathlib import Path

from generators.compliance import rule_index
from generators.config import controls
from generators.terraform_checks import run

ROOT = Path(__file__).resolve().parents[3]


def test_every_control_that_templates_prove_has_a_rule_and_no_rule_claims_another():
    assert set(rule_index.enforcing()) == controls.with_evidence(ROOT, "template")


def test_a_rule_declares_its_controls():
    found = rule_index.enforcing()
    assert found[53] == ("E9010",)
    assert found[2] == ("E9001", "E9003", "E9029", "E9031")


def test_every_control_that_plans_prove_has_a_check_and_no_check_claims_another():
    assert set(run.checks_by_control()) == controls.with_evidence(ROOT, "plan")


def test_a_check_has_the_name_of_its_file_and_names_one_idea():
    assert run.checks_by_control()[49] == ("bucket-blocks-public-access",)
    assert all(it.controls for it in run.all_checks())
