"""Every check passes, fails or cannot decide as the plans in cases/<check>.yaml expect."""

import pytest

from generators.terraform_checks import run
from generators.terraform_checks.model import plan
from generators.terraform_checks.model.check import CheckContext, Verdict
from tests.unit.terraform_checks import case_files

CHECKS = {check.id: check for check in run.all_checks()}
CASES = [
    (check, verdict, case)
    for check in CHECKS
    for verdict in ("pass", "fail", "unknown")
    for case in case_files.read(check)[verdict]
]
VERDICTS = {"pass": set(), "fail": {Verdict.FAIL}, "unknown": {Verdict.UNKNOWN}}


def report_of(check, patch):
    content = case_files.read(check)
    document = case_files.build(content["plan"], patch)
    return run.check_plan(plan.read(document), CheckContext("mlops-releases", frozenset(content["services"])))


@pytest.mark.parametrize(("check", "verdict", "case"), CASES, ids=lambda part: part)
def test_a_check_gives_the_verdict_of_its_case(check, verdict, case):
    report = report_of(check, case_files.read(check)[verdict][case])
    assert report.checked[check], "the case has no resource to check"
    verdicts = {finding.verdict for finding in report.findings if finding.check == check}
    assert verdicts == VERDICTS[verdict], [finding.message for finding in report.findings]


def test_every_check_has_cases_and_every_case_has_a_check():
    assert {path.stem for path in case_files.CASES.glob("*.yaml")} == set(CHECKS)


@pytest.mark.parametrize("check", CHECKS)
def test_a_finding_names_the_fix_and_its_controls(check):
    for patch in case_files.read(check)["fail"].values():
        for finding in (finding for finding in report_of(check, patch).failed if finding.check == check):
            assert "; " in finding.message
            controls = ", ".join(map(str, finding.controls))
            assert str(finding) == f"{finding.address}: {finding.message} ({check}, control {controls})"


def test_an_unknown_service_must_be_named():
    network = case_files.document({"aws_vpc.a": {"cidr_block": "10.0.0.0/22"}})
    report = run.check_plan(plan.read(network), CheckContext("mlops-releases", frozenset({"quantum"})))
    assert any("quantum is used and nobody said which endpoint it has" in finding.message for finding in report.failed)
