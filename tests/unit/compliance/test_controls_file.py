"""terraform/controls.yaml: every control once, each with its types of evidence."""

import shutil
from pathlib import Path

import pytest

from generators.access import access_matrix
from generators.config import controls
from generators.errors import UserError
from tests.support.account import account_policies

ROOT = Path(__file__).resolve().parents[3]
LINES = "7:\n  title: Studio domains reach AWS through the VPC only\n  evidence: [template]"


@pytest.fixture
def copy(tmp_path):
    shutil.copytree(ROOT / "terraform", tmp_path / "terraform", ignore=shutil.ignore_patterns("live", ".terraform"))
    return tmp_path


def test_controls_are_numbered_without_a_gap():
    assert list(controls.read(ROOT)) == list(range(1, 73))


def test_every_control_with_policy_evidence_has_a_row_of_the_matrix():
    numbers = {number for rule in account_policies().rules for number in rule.controls}
    assert controls.with_evidence(ROOT, "policy") - numbers == set()


MISTAKES = {
    "7: {title: Again, evidence: [template]}": "duplicate key '7'",
    "107: {title: Too many, evidence: [template]}": "107",
    "7: {title: Unproven, evidence: []}": "evidence",
    "7: {title: Believed, evidence: [faith]}": "faith",
    "7: {title: Foreign, security_hub_ids: [S3-8], evidence: [plan]}": "S3-8",
    "7: {titel: Misspelt, evidence: [plan]}": "unknown key 'titel'; did you mean 'title'?",
}


@pytest.mark.parametrize("line", MISTAKES)
def test_a_mistake_is_reported_with_file_and_line(copy, line):
    file = copy / controls.FILE
    text = file.read_text("utf-8")
    assert LINES in text
    replacement = f"{LINES}\n{line}" if MISTAKES[line].startswith("duplicate") else line
    file.write_text(text.replace(LINES, replacement), "utf-8")
    number = text[: text.index(LINES)].count("\n") + replacement.count("\n") + 1
    with pytest.raises(UserError) as error:
        controls.read(copy)
    assert any(
        problem.startswith(f"{controls.FILE}:{number}: ") and MISTAKES[line] in problem
        for problem in error.value.problems
    )


def test_the_matrix_names_controls_with_policy_evidence_only(copy):
    file = copy / access_matrix.FILE
    file.write_text(file.read_text("utf-8").replace("controls: [41]", "controls: [7]", 1), "utf-8")
    with pytest.raises(UserError, match=r"matrix.yaml:7: control 7 is not proven by policy"):
        access_matrix.read(copy)
