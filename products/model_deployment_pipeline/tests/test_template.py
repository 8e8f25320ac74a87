"""Frozen templates of the deployment pipeline: order of stages, approval, and programs that people cannot change."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).resolve().parents[1]
VERSIONS = sorted((FOLDER / "versions").glob("*.json"))
each_version = pytest.mark.parametrize(
    "resources", [json.loads(path.read_text())["Resources"] for path in VERSIONS], ids=lambda _: ""
)
BUILDS = ("Choose", "Promote", "Test")


def stages(resources: dict[str, Any]) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = resources["Deployment"]["Properties"]["Stages"]
    return items


@each_version
def test_nothing_reaches_production_before_tests_and_the_lead(resources: dict[str, Any]) -> None:
    names = [stage["Name"] for stage in stages(resources)]
    assert names == ["Source", "Choose", "PreProduction", "Approve", "Production"]
    approve = stages(resources)[3]["Actions"]
    assert [(action["Name"], action["ActionTypeId"]["Category"]) for action in approve] == [("Approve", "Approval")]
    targets = [
        json.loads(action["Configuration"]["EnvironmentVariables"])
        for stage in stages(resources)
        for action in stage["Actions"]
        if action["Name"] == "Promote"
    ]
    assert [next(item["value"] for item in variables if item["name"] == "TARGET") for variables in targets] == [
        "PRE_PRODUCTION",
        "PRODUCTION",
    ]


@each_version
def test_version_and_digest_come_from_the_first_build_and_not_from_the_event(resources: dict[str, Any]) -> None:
    assert "InputTransformer" not in json.dumps(resources["Decision"])
    for stage in stages(resources)[2:]:
        for action in stage["Actions"]:
            if action["ActionTypeId"]["Category"] == "Build":
                variables = json.loads(action["Configuration"]["EnvironmentVariables"])
                values = {item["name"]: item["value"] for item in variables}
                assert values["CHOSEN"] == "#{Chosen.CHOSEN}"
                assert values["DIGEST"] == "#{Chosen.DIGEST}"


@each_version
def test_programs_are_part_of_the_projects_which_people_cannot_change(resources: dict[str, Any]) -> None:
    for name in BUILDS:
        spec = resources[name]["Properties"]["Source"]["BuildSpec"]
        assert "cat > ~/registry.py" in spec
        assert all(argument.startswith("~/") for line in spec.splitlines() if "python3 " in line
                   for argument in line.split() if argument.endswith(".py"))  # fmt: skip


@each_version
def test_every_build_has_the_promotion_role(resources: dict[str, Any]) -> None:
    assert {json.dumps(resources[name]["Properties"]["ServiceRole"]) for name in BUILDS} == {
        '{"Ref": "SpokePromotionRoleArn"}'
    }


@each_version
def test_an_approval_and_a_rejection_of_this_group_start_it(resources: dict[str, Any]) -> None:
    pattern = resources["Decision"]["Properties"]["EventPattern"]
    assert pattern["detail-type"] == ["SageMaker Model Package State Change"]
    assert pattern["detail"] == {
        "ModelPackageGroupName": [{"Ref": "ModelPackageGroup"}],
        "ModelApprovalStatus": ["Approved", "Rejected"],
    }
