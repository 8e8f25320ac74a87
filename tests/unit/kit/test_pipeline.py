"""What the kit promises to those who write a pipeline: private builds, roles that may what their steps need."""

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


def built(*stages: kit.Stage) -> dict[str, Any]:
    """The resources of a template with one build and a pipeline: its source, what is given, and the build."""
    t = Template()
    t.add_condition("Sometimes", Equals(Ref("AWS::Region"), "eu-west-2"))
    shop = kit.build_environment(t, "churn")
    check = kit.build(t, shop, "Check", "Checks", "buildspec.check.yml", variables={"KIND": "test"})
    source = kit.stage("Source", kit.from_connection(CONNECTION, "bank/churn", "main"))
    moved = kit.pipeline(t, shop, "Moves", source, kit.stage("Check", kit.run(check)), *stages)
    t.add_resource([*shop, *check, *moved])
    resources: dict[str, Any] = t.to_dict()["Resources"]
    return resources


def statements(role: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = role["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]
    return found


def actions(role: dict[str, Any]) -> set[str]:
    return {action for it in statements(role) for action in it.get("Action", ())}


def test_build_runs_in_the_network_under_the_key_and_is_not_privileged() -> None:
    build = built()["Check"]["Properties"]
    assert build["VpcConfig"]["VpcId"] == {"Ref": "SpokeVpcId"}
    assert build["EncryptionKey"] == {"Ref": "SpokeDataKeyArn"}
    assert build["LogsConfig"]["CloudWatchLogs"] == {"GroupName": {"Ref": "BuildLogs"}, "Status": "ENABLED"}
    assert build["Environment"]["PrivilegedMode"] is False
    assert build["Environment"]["EnvironmentVariables"] == [{"Name": "KIND", "Value": "test"}]


def test_commands_of_a_repository_never_run_privileged() -> None:
    t = Template()
    with pytest.raises(UserError, match="buildspec of ours"):
        kit.build(t, kit.build_environment(t, "churn"), "Image", "Builds", "buildspec.image.yml", makes_images=True)


def test_buildspec_beside_the_template_goes_into_the_project(tmp_path: Path) -> None:
    t, file = Template(), tmp_path / "image.yml"
    file.write_text("phases: {build: {commands: [docker build .]}}")
    made = kit.build(t, kit.build_environment(t, "churn"), "Image", "Builds", file, makes_images=True).project.to_dict()
    assert made["Properties"]["Source"]["BuildSpec"] == file.read_text()
    assert made["Properties"]["Environment"]["PrivilegedMode"] is True


@pytest.mark.parametrize("role", ["CheckRole", "MovesRole"])
def test_roles_stay_in_the_boundary_and_serve_this_account_only(role: str) -> None:
    made = built()[role]["Properties"]
    [trust] = made["AssumeRolePolicyDocument"]["Statement"]
    assert made["PermissionsBoundary"] == {"Ref": "SpokePermissionsBoundaryArn"}
    assert trust["Condition"] == {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}


def test_pipeline_starts_its_own_builds_only() -> None:
    [start] = [it for it in statements(built()["MovesRole"]) if "codebuild:StartBuild" in it["Action"]]
    assert start["Resource"] == [{"Fn::GetAtt": ["Check", "Arn"]}]


def test_approval_is_the_one_that_the_platform_s_roles_name() -> None:
    [approve] = [
        it for it in built(kit.approval("Shall it go on?"))["Moves"]["Properties"]["Stages"] if it["Name"] == "Approve"
    ]
    assert [it["Name"] for it in approve["Actions"]] == ["Approve"]


def test_step_that_is_left_out_takes_its_rights_with_it() -> None:
    other = kit.stage("More", kit.from_codecommit("churn", "main", when="Sometimes"))
    resources = built(other)
    [more] = [it for it in resources["Moves"]["Properties"]["Stages"] if it["Name"] == "More"]
    assert more["Actions"][0]["Fn::If"][0] == "Sometimes"
    assert [it["Fn::If"][0] for it in statements(resources["MovesRole"]) if "Fn::If" in it] == ["Sometimes"]


def test_step_hands_variables_of_earlier_steps_on() -> None:
    t = Template()
    build = kit.build(t, kit.build_environment(t, "churn"), "Write", "Writes", "buildspec.yml")
    given = json.loads(kit.run(build, TRAINING_IMAGE="#{Image.IMAGE}").configuration["EnvironmentVariables"])
    assert given == [{"name": "TRAINING_IMAGE", "value": "#{Image.IMAGE}", "type": "PLAINTEXT"}]


def test_artifacts_come_from_outside_of_the_network_under_the_product_s_roles_only() -> None:
    policy = built()["ArtifactBucketPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    [endpoint] = [it for it in policy if it["Sid"] == "OnlyThroughTheEndpoint"]
    pattern = endpoint["Condition"]["ArnNotLike"]["aws:PrincipalArn"]["Fn::Sub"]
    assert pattern[0] == "arn:${AWS::Partition}:iam::${AWS::AccountId}:role/${Role}"
    assert pattern[1]["Role"]["Fn::Sub"][0] == "mlops-churn*-${Stack}"


def test_rule_that_starts_a_pipeline_starts_no_other() -> None:
    t = Template()
    shop = kit.build_environment(t, "churn")
    moved = kit.pipeline(t, shop, "Moves", kit.stage("Source", kit.from_bucket(Ref("Bucket"), "code.zip")))
    role, rule = kit.start_rule(t, moved, "Approved", "Starts it", {"source": ["aws.sagemaker"]})
    [start] = statements(role.to_dict())
    assert start["Action"] == ["codepipeline:StartPipelineExecution"]
    assert start["Resource"] == [rule.to_dict()["Properties"]["Targets"][0]["Arn"]]


def test_both_products_train_with_the_same_builds_and_the_same_pipeline() -> None:
    """What training_pipeline and ml_project share is one thing; only where the code comes from differs."""
    shared = ("Quality", "Build", "Run", "Image", "Tests", "Coverage", "ModelGroup", "Experiment", "TrainingEnded")
    first, second = (newest(name) for name in ("training-pipeline", "ml-project"))
    for name in shared:
        assert alike(first[name], "${ModelName}") == alike(second[name], "${SageMakerProjectName}"), name
    assert [it["Name"] for it in first["Training"]["Properties"]["Stages"]] == ["Source", "Quality", "Build", "Run"]
    assert first["Training"]["Properties"]["Stages"][1:] == second["Training"]["Properties"]["Stages"][1:]


def newest(product: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(versions_folder.declared_release(load.product(ROOT, product)).body)["Resources"]
    return found


def alike(resource: dict[str, Any], model: str) -> str:
    """The resource without tags, and with one word for the name of the model."""
    properties = {name: value for name, value in resource["Properties"].items() if name != "Tags"}
    return json.dumps({**resource, "Properties": properties}, sort_keys=True).replace(model, "MODEL")
