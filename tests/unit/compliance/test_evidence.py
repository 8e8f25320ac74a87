"""The evidence of a release: a row for every control, computed results, the same bytes every time."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from generators.access import access_matrix
from generators.access.roles import Roles
from generators.compliance import collect, evidence, rule_index, test_results
from generators.compliance.test_results import Proof
from generators.config import controls
from generators.errors import UserError
from generators.release import load, versions_folder
from generators.release.model import Release, Waiver
from tests.support.account import account_policies

ROOT = Path(__file__).resolve().parents[3]
CONTROLS = controls.read(ROOT)
ACCOUNT = account_policies()
STUDIO = versions_folder.declared_release(load.product(ROOT, "studio-environment"))
PROOFS = tuple(
    Proof(f"tests/{on}.py::test_{number}", (number,), on, outcome="passed")
    for number, control in CONTROLS.items()
    for on in control.evidence
)


def table(release=STUDIO, proofs=PROOFS, account=ACCOUNT):
    return collect.evidence(ROOT, release, proofs, account)


def failing(result):
    return {row.control for row in result.rows if row.result == evidence.FAIL}


@pytest.fixture(scope="module")
def whole():
    return table()


def test_every_control_has_a_row_and_every_type_of_evidence_a_part(whole):
    assert [row.control for row in whole.rows] == list(CONTROLS)
    for row in whole.rows:
        assert tuple(part.on for part in row.parts) == CONTROLS[row.control].evidence
        assert all(part.tests for part in row.parts)
        assert all(part.enforced for part in row.parts if part.on != "running")
    assert whole.problems == ()


def test_a_part_names_rule_check_and_matrix_row_with_file(whole):
    row = next(row for row in whole.rows if row.control == 49)
    enforced = {part.on: part.enforced for part in row.parts}
    assert enforced["plan"] == (
        "bucket-blocks-public-access generators/terraform_checks/checks/bucket_blocks_public_access.py",
    )
    assert enforced["template"][0].endswith("generators/rules/bucket_is_not_public.py")
    assert enforced["policy"][0].startswith("terraform/matrix.yaml:")


def test_a_second_table_is_the_same_byte_for_byte(whole):
    again = table()
    assert evidence.as_json(again) == evidence.as_json(whole)
    assert evidence.as_page(again) == evidence.as_page(whole)
    assert json.loads(evidence.as_json(whole))["made_of"]["template"] == STUDIO.digest


def test_a_page_shows_every_control_and_loads_nothing(whole):
    page = evidence.as_page(whole).decode()
    assert all(f'id="control-{number}"' in page for number in CONTROLS)
    assert "<script" not in page
    assert "src=" not in page


WEAK = STUDIO.body.replace(b'"AppNetworkAccessType": "VpcOnly"', b'"AppNetworkAccessType": "PublicInternetOnly"')
[PRIVATE] = [rule for rule in rule_index.all_rules() if rule.__module__.endswith("domain_is_vpc_only")]


def test_a_weakened_template_fails_the_controls_of_its_rule_alone():
    result = table(Release(STUDIO.product, STUDIO.version, WEAK))
    assert failing(result) == set(PRIVATE.controls)
    assert any("AppNetworkAccessType" in problem for problem in result.problems)


def test_a_waiver_shows_its_reason():
    waiver = Waiver(PRIVATE.id, "Domain", "until the lines are there", date(2027, 1, 31), 1)
    result = table(Release(replace(STUDIO.product, waivers=(waiver,)), STUDIO.version, WEAK))
    waived = {row.control: row.parts[0].says for row in result.rows if row.result == evidence.WAIVED}
    assert waived == dict.fromkeys(PRIVATE.controls, ("Domain: until the lines are there (until 2027-01-31)",))
    assert result.problems == ()


def test_a_removed_statement_fails_the_controls_of_its_matrix_rows_alone(whole):
    def without(role):
        statements = tuple(statement for statement in role.statements if statement["Sid"] != "RegisterForApproval")
        return replace(role, statements=statements) if role.name == "developer" else role

    account = replace(ACCOUNT, roles=Roles(tuple(map(without, ACCOUNT.roles.all)), ACCOUNT.roles.boundary))
    numbers = {number for _, rule in access_matrix.mismatches(account) for number in rule.controls}
    assert numbers
    assert failing(table(account=account)) == numbers


@pytest.mark.parametrize(("number", "on"), [(62, "plan"), (46, "running"), (25, "policy")])
def test_a_test_that_fails_fails_its_control_alone(number, on):
    proofs = tuple(
        replace(proof, outcome="failed") if (proof.controls, proof.on) == ((number,), on) else proof for proof in PROOFS
    )
    result = table(proofs=proofs)
    assert failing(result) == {number}
    assert result.problems[0].startswith(f"studio-environment 2.0.0: control {number} (")


def test_a_control_without_a_test_is_reported_as_not_proven():
    result = table(proofs=tuple(proof for proof in PROOFS if proof.controls != (72,)))
    assert [row.control for row in result.rows if row.result == evidence.NOT_PROVEN] == [72]
    assert result.problems == (
        "studio-environment 2.0.0: control 72 (No state, output or log contains a secret) on running: not proven:"
        " no test is known",
    )


def test_a_test_of_another_product_proves_nothing_of_this_one():
    others = tuple(
        replace(proof, product="studio-user-profile") if proof.on == "template" else proof for proof in PROOFS
    )
    result = table(proofs=others)
    unproven = {row.control for row in result.rows if row.result == evidence.NOT_PROVEN}
    assert unproven == controls.with_evidence(ROOT, "template")


def test_a_control_without_a_resource_in_the_release_is_not_applicable(whole):
    results = {row.control: row.result for row in whole.rows}
    assert results[3] == evidence.NOT_APPLICABLE, "studio-environment has no notebook instance"
    assert results[7] == evidence.PASS


ONE = Proof("tests/a.py::test_a", (1,), "running", outcome="passed")


def test_results_are_read_for_the_tested_sources_alone(tmp_path):
    test_results.record(tmp_path, test_results.sources(tmp_path), [ONE], whole=True)
    assert test_results.read(tmp_path) == (ONE,)
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "new.py").write_text("")
    with pytest.raises(UserError, match="no results of these sources; run `make test`"):
        test_results.read(tmp_path)


def test_a_later_run_of_the_same_sources_adds_outcomes_and_removes_none(tmp_path):
    source_digest = test_results.sources(tmp_path)
    slow = Proof("tests/b.py::test_b", (2,), "running")
    test_results.record(tmp_path, source_digest, [ONE, slow], whole=True)
    with pytest.raises(UserError, match=r"1 proofs were not run, tests/b.py::test_b among them"):
        test_results.read(tmp_path)
    test_results.record(
        tmp_path, source_digest, [replace(ONE, outcome="not run"), replace(slow, outcome="passed")], whole=False
    )
    assert {proof.outcome for proof in test_results.read(tmp_path)} == {"passed"}


@pytest.mark.parametrize("whole", [True, False])
def test_a_partial_run_is_refused(tmp_path, whole):
    test_results.record(tmp_path, test_results.sources(tmp_path), [ONE], whole=whole)
    if whole:
        assert test_results.read(tmp_path)
    else:
        with pytest.raises(UserError, match="only some tests were run"):
            test_results.read(tmp_path)
