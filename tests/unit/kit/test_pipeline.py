"""Builds and pipelines of generators.kit: private builds, and roles with the permissions of their steps."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from troposphere import Equals, Ref, Template

from generators import kit
from generators.errors import UserError
from generators.release import load, versions_folder
from generators.release.build_context import bind_build_context

ROOT = Path(__file__).resolve().parents[3]
CONNECTION = "arn:aws:codeconnections:eu-west-2:123456789012:connection/1"


@pytest.fixture(autouse=True)
def product() -> Iterator[None]:
    with bind_build_context(ROOT, "training-pipeline", "1.2.3"):
        yield


def pipeline_resources(*stages: kit.Stage) -> dict[str, Any]:
    """Resources of a template with one build and a pipeline: a source, the build, and further stages."""
    t = Template()
    t.add_condition("Sometimes", Equals(Ref("AWS::Region"), "eu-west-2"))
    environment = kit.build_environment(t, "churn")
    check = kit.build(t, environment, "Check", "Checks", "buildspec.check.yml", variables={"KIND": "test"})
    source = kit.stage("Source", kit.connection_source(CONNECTION, "bank/churn", "main"))
    pipeline = kit.pipeline(t, environment, "Moves", source, kit.stage("Check", kit.build_step(check)), *stages)
    t.add_resource([*environment, *check, *pipeline])
    resources: dict[str, Any] = t.to_dict()["Resources"]
    return resources


def statements(role: dict[str, Any]) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = role["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]
    return items


def actions(role: dict[str, Any]) -> set[str]:
    return {action for statement in statements(role) for action in statement.get("Action", ())}


def test_build_runs_in_the_network_under_the_key_and_is_not_privileged() -> None:
    build = pipeline_resources()["Check"]["Properties"]
    assert build["VpcConfig"]["VpcId"] == {"Ref": "SpokeVpcId"}
    assert build["EncryptionKey"] == {"Ref": "SpokeDataKeyArn"}
    assert build["LogsConfig"]["CloudWatchLogs"] == {"GroupName": {"Ref": "BuildLogs"}, "Status": "ENABLED"}
    assert build["Environment"]["PrivilegedMode"] is False
    assert build["Environment"]["EnvironmentVariables"] == [{"Name": "KIND", "Value": "test"}]


def test_commands_of_a_repository_never_run_privileged() -> None:
    t = Template()
    with pytest.raises(UserError, match="buildspec of ours"):
        kit.build(t, kit.build_environment(t, "churn"), "Image", "Builds", "buildspec.image.yml", builds_images=True)


def test_buildspec_beside_the_template_goes_into_the_project(tmp_path: Path) -> None:
    t, file = Template(), tmp_path / "image.yml"
    file.write_text("phases: {build: {commands: [docker build .]}}")
    build = kit.build(
        t, kit.build_environment(t, "churn"), "Image", "Builds", file, builds_images=True
    ).project.to_dict()
    assert build["Properties"]["Source"]["BuildSpec"] == file.read_text()
    assert build["Properties"]["Environment"]["PrivilegedMode"] is True


@pytest.mark.parametrize("role", ["CheckRole", "MovesRole"])
def test_roles_stay_in_the_boundary_and_serve_this_account_only(role: str) -> None:
    properties = pipeline_resources()[role]["Properties"]
    [trust] = properties["AssumeRolePolicyDocument"]["Statement"]
    assert properties["PermissionsBoundary"] == {"Ref": "SpokePermissionsBoundaryArn"}
    assert trust["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}


def test_pipeline_starts_its_own_builds_only() -> None:
    [start] = [
        statement
        for statement in statements(pipeline_resources()["MovesRole"])
        if "codebuild:StartBuild" in statement["Action"]
    ]
    assert start["Resource"] == [{"Fn::GetAtt": ["Check", "Arn"]}]


def test_approval_has_the_name_that_the_platforms_roles_use() -> None:
    [approve] = [
        stage
        for stage in pipeline_resources(kit.approval("Shall it go on?"))["Moves"]["Properties"]["Stages"]
        if stage["Name"] == "Approve"
    ]
    assert [action["Name"] for action in approve["Actions"]] == ["Approve"]


def test_conditional_step_has_conditional_permissions() -> None:
    other = kit.stage("More", kit.codecommit_source("churn", "main", condition="Sometimes"))
    resources = pipeline_resources(other)
    [more] = [stage for stage in resources["Moves"]["Properties"]["Stages"] if stage["Name"] == "More"]
    assert more["Actions"][0]["Fn::If"][0] == "Sometimes"
    assert [item["Fn::If"][0] for item in statements(resources["MovesRole"]) if "Fn::If" in item] == ["Sometimes"]


def test_step_passes_variables_of_earlier_steps() -> None:
    t = Template()
    build = kit.build(t, kit.build_environment(t, "churn"), "Write", "Writes", "buildspec.yml")
    variables = json.loads(kit.build_step(build, TRAINING_IMAGE="#{Image.IMAGE}").configuration["EnvironmentVariables"])
    assert variables == [{"name": "TRAINING_IMAGE", "value": "#{Image.IMAGE}", "type": "PLAINTEXT"}]


def test_artifacts_come_from_outside_of_the_network_under_the_product_s_roles_only() -> None:
    policy = pipeline_resources()["ArtifactBucketPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    [endpoint] = [statement for statement in policy if statement["Sid"] == "OnlyThroughTheEndpoint"]
    pattern = endpoint["Condition"]["ArnNotLike"]["aws:PrincipalArn"]["Fn::Sub"]
    assert pattern[0] == "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/${Role}"
    assert pattern[1]["Role"]["Fn::Sub"][0] == "mlops-churn*-${Stack}"


def test_rule_that_starts_a_pipeline_starts_no_other() -> None:
    t = Template()
    environment = kit.build_environment(t, "churn")
    pipeline = kit.pipeline(t, environment, "Moves", kit.stage("Source", kit.s3_source(Ref("Bucket"), "code.zip")))
    role, rule = kit.start_rule(t, pipeline, "Approved", "Starts it", {"source": ["aws.sagemaker"]})
    [start] = statements(role.to_dict())
    assert start["Action"] == ["codepipeline:StartPipelineExecution"]
    assert start["Resource"] == [rule.to_dict()["Properties"]["Targets"][0]["Arn"]]


def test_both_products_train_with_the_same_builds_and_the_same_pipeline() -> None:
    """training_pipeline and ml_project differ only in the source of the code."""
    shared = ("Quality", "Build", "Run", "Image", "Tests", "Coverage", "ModelGroup", "Experiment", "TrainingEnded")
    first, second = (newest(name) for name in ("training-pipeline", "ml-project"))
    for name in shared:
        assert normalized(first[name], "${ModelName}") == normalized(second[name], "${SageMakerProjectName}"), name
    assert [stage["Name"] for stage in first["Training"]["Properties"]["Stages"]] == [
        "Source",
        "Quality",
        "Build",
        "Run",
    ]
    assert first["Training"]["Properties"]["Stages"][1:] == second["Training"]["Properties"]["Stages"][1:]


def newest(product: str) -> dict[str, Any]:
    resources: dict[str, Any] = json.loads(versions_folder.declared_release(load.product(ROOT, product)).body)[
        "Resources"
    ]
    return resources


def normalized(resource: dict[str, Any], model: str) -> str:
    """The resource as JSON, without tags and with MODEL for the name of the model."""
    properties = {name: value for name, value in resource["Properties"].items() if name != "Tags"}
    return json.dumps({**resource, "Properties": properties}, sort_keys=True).replace(model, "MODEL")
