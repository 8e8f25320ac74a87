"""`catalog analyze-access` on copies of the repository: exit codes, chains and JSON."""

from __future__ import annotations

import json
import shutil

import pytest

from tests.unit.conftest import REPOSITORY, Repository

IGNORED = shutil.ignore_patterns(".terraform", "live", "tests")
POLICY = "  use-catalogue:\n"
HOLE = """\
    - Sid: Hole
      Effect: Allow
      Action: iam:UpdateAssumeRolePolicy
      Resource: "*"
"""


@pytest.fixture(scope="module")
def platform(tmp_path_factory):
    root = tmp_path_factory.mktemp("platform")
    for name in ("products", "terraform"):
        shutil.copytree(REPOSITORY / name, root / name, ignore=IGNORED)
    return Repository(root)


@pytest.fixture
def hole(platform):
    """Technical leads may change the trust policy of every role."""
    roles = platform.path("terraform/roles.yaml").read_text(encoding="utf-8")
    platform.edit("terraform/roles.yaml", POLICY, POLICY + HOLE)
    yield platform
    platform.write("terraform/roles.yaml", roles)


def test_the_repository_has_no_path(platform):
    result = platform.catalog("analyze-access")

    assert result.returncode == 0, result.stderr
    counts, goals, *intended, total = result.stdout.splitlines()
    assert counts.endswith(" edges")
    assert goals.startswith("goals: Approve a model, ")
    assert all(line.startswith("intended: ") for line in intended)
    assert "intended: mlops-promotion-source -> Write in production" in intended
    assert total == "no path: no principal reaches a goal that matrix.yaml denies it"


def test_a_planted_hole_is_printed_as_a_chain(hole):
    result = hole.catalog("analyze-access")

    assert result.returncode == 2, result.stderr
    chains = [line for line in result.stdout.splitlines() if line.startswith("path")]
    assert (
        "path that only service control policies prevent: technical-lead"
        " -> modifies the role with iam:UpdateAssumeRolePolicy -> model-approver -> Approve a model"
    ) in chains
    assert result.stdout.splitlines()[-1].startswith(f"{len(chains)} path")


def test_json_has_the_same_paths(hole):
    result = hole.catalog("analyze-access", "--json")
    report = json.loads(result.stdout)

    assert result.returncode == 2, result.stderr
    step = {"method": "modifies the role with iam:UpdateAssumeRolePolicy", "role": "model-approver"}
    [path] = [path for path in report["paths"] if path["steps"] == [step]]
    assert (path["principal"], path["goal"], path["prevented_by_scps"]) == ("technical-lead", "Approve a model", True)
    assert report["roles"] == report["principals"] > 40


def test_an_error_in_roles_yaml_is_an_input_to_correct(hole):
    hole.edit("terraform/roles.yaml", "iam:UpdateAssumeRolePolicy\n", "iam:UpdateAssumeRolPolicy\n")
    result = hole.catalog("analyze-access")

    assert result.returncode == 1
    assert "unknown action 'iam:UpdateAssumeRolPolicy'" in result.stderr
