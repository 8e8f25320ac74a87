"""The functions of generators.kit, on real templates."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from troposphere import Ref, Template

from generators import kit
from generators.cloudformation import resource_schemas
from generators.config import contracts
from generators.errors import UserError
from generators.kit.instances import ALL
from generators.release.build_context import bind_build_context

ROOT = Path(__file__).resolve().parents[3]
EVERY_CONTRACT = [(scope, key) for scope, keys in contracts.read(ROOT).items() for key in keys]


@pytest.fixture(autouse=True)
def studio() -> Iterator[None]:
    with bind_build_context(ROOT, "studio-environment", "1.2.3"):
        yield


@pytest.mark.parametrize(("scope", "key"), EVERY_CONTRACT)
def test_contract_is_a_parameter_that_only_takes_its_own_path(scope: str, key: str) -> None:
    t = Template()
    name = kit.contract(t, scope, key).to_dict()["Ref"]
    entry = contracts.find(ROOT, scope, key)
    parameter = t.to_dict()["Parameters"][name]
    assert parameter["Type"] == f"AWS::SSM::Parameter::Value<{entry.type}>"
    assert parameter["Default"] == entry.path
    assert parameter["AllowedValues"] == [entry.path]


def test_contract_that_is_used_twice_is_one_parameter() -> None:
    t = Template()
    assert kit.contract(t, "spoke", "vpc_id").to_dict() == kit.contract(t, "spoke", "vpc_id").to_dict()
    assert list(t.to_dict()["Parameters"]) == ["SpokeVpcId"]


@pytest.mark.parametrize(
    ("scope", "key", "hint"), [("spoke", "vpc", "vpc_id"), ("spok", "vpc_id", "spoke"), ("hub", "vpc_id", "vpc_id")]
)
def test_unknown_contract_is_an_error_with_a_hint(scope: str, key: str, hint: str) -> None:
    with pytest.raises(UserError, match=hint):
        kit.contract(Template(), scope, key)


def test_output_to_a_contract_of_another_writer_is_an_error() -> None:
    with pytest.raises(UserError, match="written by terraform/live/spoke"):
        kit.ssm_output(Template(), "spoke", "vpc_id", "vpc")


def test_output_writes_the_path_of_the_contract() -> None:
    value = kit.ssm_output(Template(), "studio", "domain_id", "d-1").to_dict()["Properties"]
    assert value["Name"] == contracts.find(ROOT, "studio", "domain_id").path
    assert value["Value"] == "d-1"


def test_tags_name_the_release_and_take_team_and_cost_centre_from_the_account() -> None:
    values = {tag["Key"]: tag["Value"] for tag in kit.tags(Template(), owner="alice").to_dict()}
    assert values["product"] == "studio-environment"
    assert values["version"] == "1.2.3"
    assert values["owner"] == "alice"
    assert [values[key]["Ref"] for key in ("team", "environment", "cost-centre")] == [
        "SpokeTeam",
        "SpokeEnvironment",
        "SpokeCostCentre",
    ]


def test_fixed_tags_are_the_same_without_the_version() -> None:
    every, fixed = ({tag["Key"] for tag in tags(Template()).to_dict()} for tags in (kit.tags, kit.fixed_tags))
    assert every - fixed == {"version"}


def test_parameters_are_labelled_and_grouped() -> None:
    t = Template()
    assert kit.add_parameter(t, "Yours", "Team name", "Team", Type="String") == Ref("Team")
    interface = t.to_dict()["Metadata"]["AWS::CloudFormation::Interface"]
    assert interface["ParameterLabels"]["Team"] == {"default": "Team name"}
    assert interface["ParameterGroups"] == [{"Label": {"default": "Yours"}, "Parameters": ["Team"]}]


def test_names_begin_with_the_prefix_and_end_with_the_stack() -> None:
    text, values = kit.resource_name("studio").to_dict()["Fn::Sub"]
    assert text == "mlops-studio-${Stack}"
    assert "AWS::StackId" in str(values["Stack"])


def test_bucket_name_is_never_too_long() -> None:
    bucket, _ = kit.private_bucket(Template(), "Data", "${TeamName}-artifacts")
    text, _values = bucket.to_dict()["Properties"]["BucketName"]["Fn::Sub"]
    longest = text.replace("${TeamName}", "t" * 16).replace("${AWS::AccountId}", "1" * 12).replace("${Stack}", "0" * 8)
    assert len(longest) <= 63


def test_bucket_and_its_policy_stay_together() -> None:
    resources = [resource.to_dict() for resource in a_bucket()]
    assert {(resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) for resource in resources} == {
        ("RetainExceptOnCreate", "Retain")
    }


def test_bucket_policy_denies_by_endpoint_object_actions_only() -> None:
    statement = next(
        denial for denial in denials() if "StringNotEquals" in denial["Condition"] and "aws:SourceVpce" in str(denial)
    )
    assert all("Object" in action for action in statement["Action"])


def test_bucket_policy_only_denies() -> None:
    assert {denial["Effect"] for denial in denials()} == {"Deny"}


def test_function_that_is_too_long_is_an_error_that_says_so(tmp_path: Path) -> None:
    source = tmp_path / "long.py"
    source.write_text("#" * 5000)
    with pytest.raises(UserError, match=r"long\.py has 5,000 characters"):
        kit.private_function(Template(), "Long", "long", source, "Too long")


def test_function_role_lets_it_write_its_own_log_only(tmp_path: Path) -> None:
    source = tmp_path / "short.py"
    source.write_text("def handler(event, context): ...")
    role, logs, _group, _function = kit.private_function(Template(), "Short", "short", source, "Short")
    document = role.to_dict()["Properties"]["Policies"][0]["PolicyDocument"]
    write = next(item for item in document["Statement"] if "logs:PutLogEvents" in item["Action"])
    assert write["Resource"] == [{"Fn::GetAtt": [logs.title, "Arn"]}]


def test_instance_types_are_those_of_both_cloudformation_and_sagemaker() -> None:
    template = resource_schemas.schema("AWS::SageMaker::Domain")["definitions"]["AppInstanceType"]["enum"]
    api = botocore.session.get_session().get_service_model("sagemaker").shape_for("AppInstanceType").enum
    assert set(template) & set(api) - {"system"} == set(ALL)


def test_hidden_instance_types_are_all_but_the_allowed() -> None:
    assert set(ALL) - set(kit.hidden_instance_types(["ml.t3.medium"])) == {"ml.t3.medium"}


def test_allowing_an_instance_type_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(UserError, match=r"ml\.t3\.tiny"):
        kit.hidden_instance_types(["ml.t3.tiny"])


def a_bucket() -> tuple[Any, Any]:
    return kit.private_bucket(Template(), "Data", "data")


def denials() -> list[dict[str, Any]]:
    document: dict[str, Any] = a_bucket()[1].to_dict()["Properties"]["PolicyDocument"]
    return list(document["Statement"])


def test_a_service_role_has_a_source_condition_unless_the_service_stays_in_its_account() -> None:
    for service, has_condition in (("lambda", False), ("sagemaker", True), ("scheduler", True)):
        role = kit.service_role(Template(), "Role", "name", service).to_dict()["Properties"]
        (statement,) = role["AssumeRolePolicyDocument"]["Statement"]
        own = {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}
        assert statement.get("Condition") == (own if has_condition else None)


def test_a_job_role_pulls_the_hubs_images_only() -> None:
    policies = kit.job_role(Template(), "Role", "name").to_dict()["Properties"]["Policies"]
    statements = policies[0]["PolicyDocument"]["Statement"]
    (pull,) = [statement for statement in statements if "ecr:BatchGetImage" in statement["Action"]]
    (image,) = pull["Resource"]
    assert image["Fn::Sub"][0].endswith("${Hub}:repository/mlops/*")
    assert image["Fn::Sub"][1] == {"Hub": {"Ref": "HubPackageIndexAccount"}}


@pytest.mark.parametrize("monitor_type", ["DataQuality", "ModelQuality", "ModelBias", "ModelExplainability"])
def test_a_monitor_is_isolated_and_has_a_baseline_of_its_type(monitor_type: str) -> None:
    t = Template()
    group = kit.security_group(t, "Group", "jobs")
    settings = kit.MonitorSettings(Ref("Endpoint"), "s3://${Bucket}", "role", kit.job_network(t, group))
    definition, schedule = kit.monitor(t, monitor_type, "name", settings, kit.DAILY, "Regression", Condition="Is")
    resource = definition.to_dict()
    assert resource["Condition"] == schedule.to_dict()["Condition"] == "Is"
    assert resource["Properties"]["NetworkConfig"]["EnableNetworkIsolation"] is True
    constraints = resource["Properties"][f"{monitor_type}BaselineConfig"]["ConstraintsResource"]["S3Uri"]["Fn::Sub"]
    assert constraints == f"s3://${{Bucket}}/baselines/{kit.to_kebab_case(monitor_type)}/constraints.json"
    config = schedule.to_dict()["Properties"]["MonitoringScheduleConfig"]
    assert (config["MonitoringType"], config["MonitoringJobDefinitionName"]) == (monitor_type, "name")


def test_every_traffic_routing_has_rollback_alarms() -> None:
    for traffic in (kit.canary(), kit.linear(), kit.all_at_once()):
        *_, endpoint = kit.endpoint(Template(), "name", "config", traffic)
        deployment = endpoint.to_dict()["Properties"]["DeploymentConfig"]
        assert {alarm["AlarmName"]["Ref"] for alarm in deployment["AutoRollbackConfiguration"]["Alarms"]} == {
            "EndpointErrors",
            "EndpointLatency",
        }
