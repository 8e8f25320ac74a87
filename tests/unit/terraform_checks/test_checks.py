"""Every check says pass, fail and cannot decide of the plans in cases/<check>.yaml."""

import pytest

from generators.terraform_checks import plan, run
from generators.terraform_checks.check import CheckContext, Verdict
from tests.unit.terraform_checks import case_files

CHECKS = {it.name: it for it in run.known()}
CASES = [
    (check, verdict, case)
    for check in CHECKS
    for verdict in ("pass", "fail", "undecided")
    for case in case_files.read(check)[verdict]
]
SAID = {"pass": set(), "fail": {Verdict.FAIL}, "undecided": {Verdict.UNDECIDED}}


def judged(check, patch):
    content = case_files.read(check)
    document = case_files.build(content["plan"], patch)
    return run.judge(plan.read(document), CheckContext("mlops-releases", frozenset(content["services"])))


@pytest.mark.parametrize(("check", "verdict", "case"), CASES, ids=lambda part: part)
def test_a_check_says(check, verdict, case):
    found = judged(check, case_files.read(check)[verdict][case])
    assert found.met[check], "the case holds nothing to check"
    said = {it.verdict for it in found.findings if it.check == check}
    assert said == SAID[verdict], [it.message for it in found.findings]


def test_every_check_has_cases_and_no_case_is_of_none():
    assert {path.stem for path in case_files.CASES.glob("*.yaml")} == set(CHECKS)


@pytest.mark.parametrize("check", CHECKS)
def test_a_finding_tells_what_to_do_and_which_controls_it_is_about(check):
    for patch in case_files.read(check)["fail"].values():
        for it in (it for it in judged(check, patch).failed if it.check == check):
            assert "; " in it.message
            assert str(it) == f"{it.address}: {it.message} ({check}, control {', '.join(map(str, it.controls))})"


def test_an_unknown_service_must_be_named():
    network = case_files.document({"aws_vpc.a": {"cidr_block": "10.0.0.0/22"}})
    found = run.judge(plan.read(network), CheckContext("mlops-releases", frozenset({"quantum"})))
    assert any("quantum is used and nobody said which endpoint it has" in it.message for it in found.failed)
