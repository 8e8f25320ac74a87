"""A release's table: a row for every control, the result computed, the same bytes every time."""

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

ROOT = Path(__file__).resolve().parents[3]
CONTROLS = controls.read(ROOT)
ACCOUNT = access_matrix.read(ROOT)
STUDIO = versions_folder.declared_release(load.product(ROOT, "studio-environment"))
PROOFS = tuple(
    Proof(f"tests/{on}.py::test_{number}", (number,), on, outcome="passed")
    for number, control in CONTROLS.items()
    for on in control.evidence
)


def table(release=STUDIO, proofs=PROOFS, account=ACCOUNT):
    return collect.evidence(ROOT, release, proofs, account)


def failing(made):
    return {row.control for row in made.rows if row.result == evidence.FAIL}


@pytest.fixture(scope="module")
def whole():
    return table()


def test_every_control_has_a_row_and_every_ground_a_part_with_its_proof(whole):
    assert [row.control for row in whole.rows] == list(CONTROLS)
    for row in whole.rows:
        assert tuple(part.on for part in row.parts) == CONTROLS[row.control].evidence
        assert all(part.tests for part in row.parts)
        assert all(part.enforced for part in row.parts if part.on != "running")
    assert whole.problems == ()


def test_a_part_names_rule_check_and_cell_with_their_places(whole):
    row = next(it for it in whole.rows if it.control == 49)
    enforced = {part.on: part.enforced for part in row.parts}
    assert enforced["plan"] == (
        "bucket-blocks-public-access generators/terraform_checks/checks/bucket_blocks_public_access.py",
    )
    assert enforced["template"][0].endswith("generators/rules/bucket_is_not_public.py")
    assert enforced["policy"][0].startswith("terraform/matrix.yaml:")


def test_made_again_it_is_the_same_byte_by_byte(whole):
    again = table()
    assert evidence.as_json(again) == evidence.as_json(whole)
    assert evidence.as_page(again) == evidence.as_page(whole)
    assert json.loads(evidence.as_json(whole))["made_of"]["template"] == STUDIO.digest


def test_a_page_shows_every_control_and_nothing_that_is_not_its_own(whole):
    page = evidence.as_page(whole).decode()
    assert all(f'id="control-{number}"' in page for number in CONTROLS)
    assert "<script" not in page
    assert "src=" not in page


WEAK = STUDIO.body.replace(b'"AppNetworkAccessType": "VpcOnly"', b'"AppNetworkAccessType": "PublicInternetOnly"')
[PRIVATE] = [it for it in rule_index.known() if it.__module__.endswith("domain_is_vpc_only")]


def test_a_weakened_template_fails_the_controls_of_its_rule_alone():
    made = table(Release(STUDIO.product, STUDIO.version, WEAK))
    assert failing(made) == set(PRIVATE.controls)
    assert any("AppNetworkAccessType" in it for it in made.problems)


def test_what_an_owner_answers_for_is_waived_with_the_reason():
    waiver = Waiver(PRIVATE.id, "Domain", "until the lines are there", date(2027, 1, 31), 1)
    made = table(Release(replace(STUDIO.product, waivers=(waiver,)), STUDIO.version, WEAK))
    waived = {row.control: row.parts[0].says for row in made.rows if row.result == evidence.WAIVED}
    assert waived == dict.fromkeys(PRIVATE.controls, ("Domain: until the lines are there (until 2027-01-31)",))
    assert made.problems == ()


def test_a_removed_statement_fails_the_controls_of_its_cells_alone(whole):
    def without(role):
        kept = tuple(it for it in role.statements if it["Sid"] != "RegisterForApproval")
        return replace(role, statements=kept) if role.name == "developer" else role

    account = replace(ACCOUNT, roles=Roles(tuple(map(without, ACCOUNT.roles.all)), ACCOUNT.roles.boundary))
    tasks = {number for _, task in access_matrix.mismatches(account) for number in task.controls}
    assert tasks
    assert failing(table(account=account)) == tasks


@pytest.mark.parametrize(("number", "on"), [(62, "plan"), (46, "running"), (25, "policy")])
def test_a_test_that_fails_fails_its_control_alone(number, on):
    broken = tuple(replace(it, outcome="failed") if (it.controls, it.on) == ((number,), on) else it for it in PROOFS)
    made = table(proofs=broken)
    assert failing(made) == {number}
    assert made.problems[0].startswith(f"studio-environment 1.3.0: control {number} (")


def test_a_control_without_a_test_is_not_proven_and_told():
    made = table(proofs=tuple(it for it in PROOFS if it.controls != (72,)))
    assert [row.control for row in made.rows if row.result == evidence.UNPROVEN] == [72]
    assert made.problems == (
        "studio-environment 1.3.0: control 72 (No state, output or log contains a secret) on running: not proven:"
        " no test is known",
    )


def test_a_test_of_another_product_proves_nothing_of_this_one():
    others = tuple(replace(it, product="studio-user-profile") if it.on == "template" else it for it in PROOFS)
    made = table(proofs=others)
    unproven = {row.control for row in made.rows if row.result == evidence.UNPROVEN}
    assert unproven == controls.with_evidence(ROOT, "template")


def test_what_a_release_does_not_hold_is_not_applicable(whole):
    results_ = {row.control: row.result for row in whole.rows}
    assert results_[3] == evidence.ABSENT, "studio-environment has no notebook instance"
    assert results_[7] == evidence.PASS


ONE = Proof("tests/a.py::test_a", (1,), "running", outcome="passed")


def test_results_are_read_back_for_the_sources_that_were_tested(tmp_path):
    test_results.note(tmp_path, test_results.sources(tmp_path), [ONE], whole=True)
    assert test_results.read(tmp_path) == (ONE,)
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "new.py").write_text("")
    with pytest.raises(UserError, match="no results of these sources; run `make test`"):
        test_results.read(tmp_path)


def test_a_later_run_adds_to_the_same_sources_and_takes_no_outcome_away(tmp_path):
    tested = test_results.sources(tmp_path)
    slow = Proof("tests/b.py::test_b", (2,), "running")
    test_results.note(tmp_path, tested, [ONE, slow], whole=True)
    with pytest.raises(UserError, match=r"1 proofs were not run, tests/b.py::test_b among them"):
        test_results.read(tmp_path)
    test_results.note(tmp_path, tested, [replace(ONE, outcome="not run"), replace(slow, outcome="passed")], whole=False)
    assert {it.outcome for it in test_results.read(tmp_path)} == {"passed"}


@pytest.mark.parametrize("whole", [True, False])
def test_some_tests_are_not_all_of_them(tmp_path, whole):
    test_results.note(tmp_path, test_results.sources(tmp_path), [ONE], whole=whole)
    if whole:
        assert test_results.read(tmp_path)
    else:
        with pytest.raises(UserError, match="only some tests were run"):
            test_results.read(tmp_path)
