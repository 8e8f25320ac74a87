"""Errors in terraform/roles.yaml and matrix.yaml are reported with their line."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from generators.access import access_matrix, roles
from generators.errors import UserError

ROOT = Path(__file__).resolve().parents[3]
ROLES, MATRIX = "terraform/roles.yaml", "terraform/matrix.yaml"


@pytest.fixture
def copy(tmp_path):
    shutil.copytree(ROOT / "terraform", tmp_path / "terraform", ignore=shutil.ignore_patterns("live", ".terraform"))
    return tmp_path


def edit(copy, file, old, new):
    """Replace the first `old`; return the line number of `new`."""
    path = copy / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


MISTAKES = {
    "an action": (ROLES, "servicecatalog:ProvisionProduct", "servicecatalog:ProvisionProdct", "unknown action"),
    "a service": (ROLES, "servicecatalog:ProvisionProduct", "servicecatalogue:ProvisionProduct", "unknown service"),
    "an action of a trust": (ROLES, "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithSALM", "unknown action"),
    "a condition key of a trust": (ROLES, "aws:RequestTag/owner", "aws:RequestTags/owner", "unknown condition key"),
    "a condition key": (ROLES, "sagemaker:SpaceSharingType", "sagemaker:SpaceSharing", "unknown condition key"),
    "an operator": (ROLES, "ForAllValues:StringLike", "ForAllValues:StringLikes", "unknown condition operator"),
    "a qualifier": (ROLES, "ForAllValues:StringLike", "ForEach:StringLike", "unknown condition qualifier"),
    "an invalid ARN": (
        ROLES,
        "arn:aws:codepipeline:*:${account_id}:${name_prefix}-*/Approve/Approve",
        "Approve",
        "is no ARN",
    ),
    "an ARN of an unknown resource type": (
        ROLES,
        "arn:aws:sagemaker:*:${account_id}:app/*",
        "arn:aws:sagemaker:*:1:apps/x",
        "names not",
    ),
    "an unknown value": (
        ROLES,
        "${data_key_arn}",
        "${key_arn}",
        "unknown value 'key_arn'; did you mean 'data_key_arn'?",
    ),
    "a persona": (ROLES, "  technical-lead:\n", "  technical-leader:\n", "unknown persona 'technical-leader'"),
    "a policy": (ROLES, "- view-workloads\n", "- view-workload\n", "unknown policy 'view-workload'; did you"),
    "a portfolio": (ROLES, "- data-science\n", "- data-sience\n", "unknown portfolio"),
    "an effect": (ROLES, "Effect: Deny", "Effect: Forbid", "'Effect: Forbid' does not fit; write Allow or Deny"),
    "a role of the matrix": (MATRIX, "- technical-lead\n", "- technical-leader\n", "unknown role"),
    "an action of the matrix": (MATRIX, "servicecatalog:SearchProducts", "servicecatalog:FindProducts", "unknown act"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_reported_with_file_line_and_fix(copy, mistake):
    file, old, new, message = MISTAKES[mistake]
    line = edit(copy, file, old, new)
    with pytest.raises(UserError) as error:
        access_matrix.read(copy)
    problems = [problem for problem in error.value.problems if problem.startswith(f"{file}:{line}: ")]
    assert any(message in problem for problem in problems), error.value.problems


def test_an_execution_role_that_would_exceed_its_persona_is_refused(copy):
    edit(copy, ROLES, "persona: model-approver", "persona: technical-lead")
    with pytest.raises(UserError, match="model-approver would exceed its persona by view-studio"):
        access_matrix.read(copy)


def test_a_portfolio_without_a_persona_is_reported(copy):
    edit(copy, ROLES, "      - data-science\n", "")
    with pytest.raises(UserError, match="nobody may launch from the portfolio data-science; name it"):
        access_matrix.read(copy)


def test_a_missing_persona_is_reported(copy):
    edit(copy, ROLES, "  technical-lead:\n", "  lead:\n")
    with pytest.raises(UserError, match="the persona technical-lead is missing; there are five, exactly five"):
        access_matrix.read(copy)


def test_terraform_reads_the_same_policies_as_the_matrix(tmp_path):
    values = access_matrix.example_values(ROOT)
    arguments = ", ".join(f"{name} = {json.dumps(value)}" for name, value in {**values, "persona": ""}.items())
    expression = f'jsonencode(yamldecode(templatefile("{ROOT / roles.FILE}", {{ {arguments} }})))'
    process = subprocess.run(
        ["terraform", "console"], input=expression, cwd=tmp_path, capture_output=True, text=True, check=True
    )
    content = json.loads(json.loads(process.stdout))
    declared = roles.read(ROOT, values)
    for role in declared.all:
        expected = [statement for policy in role.policies for statement in content["policies"][policy]]
        assert expected == [dict(statement) for statement in role.statements]
    assert content["boundary"] == [dict(statement) for statement in declared.boundary]
