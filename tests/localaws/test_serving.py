"""Model registry, endpoints, pipelines, monitors and scaling, each as its AWS page describes."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.localaws.conftest import Aws, refused
from tests.localaws.stacks import Stacks

pytestmark = pytest.mark.local_only  # endpoints and monitors cost money on AWS
ROLE = {"Fn::Sub": "arn:aws:iam::${AWS::AccountId}:role/models-at-work"}
VARIANT = {"VariantName": "AllTraffic", "InitialInstanceCount": 2, "InstanceType": "ml.m5.xlarge"}
TARGET = {
    "ServiceNamespace": "sagemaker",
    "ResourceId": "endpoint/risk/variant/AllTraffic",
    "ScalableDimension": "sagemaker:variant:DesiredInstanceCount",
}
DEFINITION = json.dumps({"Version": "2020-12-01", "Steps": []})


@pytest.fixture(scope="module")
def account(aws: Aws, member: Callable[[str], str]) -> Callable[[str], Any]:
    """account("sagemaker") -> a client in an account of these tests' own."""
    spoke = member("serving-spoke")
    return lambda service: aws(service, spoke)


@pytest.fixture(scope="module")
def role(account: Callable[[str], Any]) -> str:
    return f"arn:aws:iam::{account('sts').get_caller_identity()['Account']}:role/models-at-work"


@pytest.fixture(scope="module")
def models(account: Callable[[str], Any], role: str) -> Any:
    """SageMaker with the models `old` and `new`, each with an endpoint configuration of its name."""
    sagemaker = account("sagemaker")
    for name in ("old", "new"):
        sagemaker.create_model(ModelName=name, PrimaryContainer={"Image": "image"}, ExecutionRoleArn=role)
        variant = {**VARIANT, "ModelName": name}
        sagemaker.create_endpoint_config(EndpointConfigName=name, ProductionVariants=[variant])
    return sagemaker


def test_versions_of_a_group_are_counted_and_found_by_their_approval(account: Callable[[str], Any]) -> None:
    """API_CreateModelPackage, API_ListModelPackages, API_UpdateModelPackage."""
    registry = account("sagemaker")
    registry.create_model_package_group(ModelPackageGroupName="risk")
    first, second = (registry.create_model_package(ModelPackageGroupName="risk")["ModelPackageArn"] for _ in range(2))
    assert (first.rpartition("/")[2], second.rpartition("/")[2]) == ("1", "2")
    filters = {"ModelPackageGroupName": "risk", "ModelApprovalStatus": "Approved"}
    assert registry.list_model_packages(**filters)["ModelPackageSummaryList"] == []
    assert registry.describe_model_package(ModelPackageName=first)["ModelApprovalStatus"] == "PendingManualApproval"
    registry.update_model_package(ModelPackageArn=second, ModelApprovalStatus="Approved")
    (package,) = registry.list_model_packages(**filters)["ModelPackageSummaryList"]
    assert (package["ModelPackageArn"], package["ModelPackageVersion"]) == (second, 2)
    lost = refused(registry.create_model, ModelName="x", PrimaryContainer={"ModelPackageName": "x"})
    assert lost[0] == "ValidationException"


def test_an_endpoint_needs_its_configuration_and_that_its_model(models: Any) -> None:
    """API_CreateEndpoint, API_CreateEndpointConfig."""
    config = {"EndpointConfigName": "x", "ProductionVariants": [{**VARIANT, "ModelName": "lost"}]}
    assert refused(models.create_endpoint_config, **config)[0] == "ValidationException"
    lost = refused(models.create_endpoint, EndpointName="x", EndpointConfigName="lost")
    assert lost[0] == "ValidationException"
    assert "lost" in lost[2]
    assert refused(models.describe_endpoint, EndpointName="x")[0] == "ValidationException"


def test_an_endpoint_moves_to_another_configuration_and_tells_how(models: Any) -> None:
    """API_UpdateEndpoint, API_DescribeEndpoint."""
    models.create_endpoint(EndpointName="moves", EndpointConfigName="old")
    routing = {"Type": "ALL_AT_ONCE", "WaitIntervalInSeconds": 300}
    how = {"BlueGreenUpdatePolicy": {"TrafficRoutingConfiguration": routing}}
    models.update_endpoint(EndpointName="moves", EndpointConfigName="new", DeploymentConfig=how)
    endpoint = models.describe_endpoint(EndpointName="moves")
    assert (endpoint["EndpointConfigName"], endpoint["EndpointStatus"]) == ("new", "InService")
    assert endpoint["LastDeploymentConfig"] == how
    assert endpoint["ProductionVariants"][0]["CurrentInstanceCount"] == 2


def test_an_alarm_that_guards_a_change_keeps_the_old_configuration(account: Callable[[str], Any], models: Any) -> None:
    """SageMaker developer guide, deployment-guardrails-configuration."""
    watch = account("cloudwatch")
    watch.put_metric_alarm(
        AlarmName="errors", MetricName="Invocation5XXErrors", Namespace="AWS/SageMaker", Statistic="Sum", Period=60,
        EvaluationPeriods=1, Threshold=1.0, ComparisonOperator="GreaterThanThreshold", TreatMissingData="ignore",
    )  # fmt: skip
    models.create_endpoint(EndpointName="guarded", EndpointConfigName="old")
    move = {"EndpointName": "guarded", "EndpointConfigName": "new"}
    move["DeploymentConfig"] = {"AutoRollbackConfiguration": {"Alarms": [{"AlarmName": "errors"}]}}
    watch.set_alarm_state(AlarmName="errors", StateValue="ALARM", StateReason="a test")
    models.update_endpoint(**move)
    assert models.describe_endpoint(EndpointName="guarded")["EndpointConfigName"] == "old"
    watch.set_alarm_state(AlarmName="errors", StateValue="OK", StateReason="a test")
    models.update_endpoint(**move)
    assert models.describe_endpoint(EndpointName="guarded")["EndpointConfigName"] == "new"
    move["DeploymentConfig"]["AutoRollbackConfiguration"]["Alarms"] = [{"AlarmName": "lost"}]
    assert refused(models.update_endpoint, **move)[0] == "ValidationException"


def test_a_pipeline_s_definition_must_be_one(models: Any, role: str) -> None:
    """API_CreatePipeline."""
    pipeline = {"PipelineName": "batch", "RoleArn": role, "ClientRequestToken": "0" * 32}
    assert refused(models.create_pipeline, PipelineDefinition="{}", **pipeline)[0] == "ValidationException"
    models.create_pipeline(PipelineDefinition=DEFINITION, **pipeline)
    models.update_pipeline(PipelineName="batch", PipelineDescription="nightly")
    described = models.describe_pipeline(PipelineName="batch")
    assert (described["PipelineDefinition"], described["PipelineDescription"]) == (DEFINITION, "nightly")
    models.delete_pipeline(PipelineName="batch")
    assert refused(models.describe_pipeline, PipelineName="batch")[0] == "ResourceNotFound"


def test_a_schedule_runs_a_definition_of_its_own_kind(models: Any, role: str) -> None:
    """API_CreateMonitoringSchedule, API_CreateDataQualityJobDefinition."""
    report = {"S3Output": {"S3Uri": "s3://reports", "LocalPath": "/opt/ml/output"}}
    cluster = {"InstanceCount": 1, "InstanceType": "ml.m5.xlarge", "VolumeSizeInGB": 20}
    models.create_data_quality_job_definition(
        JobDefinitionName="data", RoleArn=role, DataQualityAppSpecification={"ImageUri": "image"},
        DataQualityJobInput={"EndpointInput": {"EndpointName": "risk", "LocalPath": "/opt/ml/input"}},
        DataQualityJobOutputConfig={"MonitoringOutputs": [report]}, JobResources={"ClusterConfig": cluster},
    )  # fmt: skip
    config = {"MonitoringJobDefinitionName": "data", "MonitoringType": "ModelBias"}
    schedule = {"MonitoringScheduleName": "hourly", "MonitoringScheduleConfig": config}
    assert refused(models.create_monitoring_schedule, **schedule)[0] == "ValidationException"
    config["MonitoringType"] = "DataQuality"
    models.create_monitoring_schedule(**schedule)
    described = models.describe_monitoring_schedule(MonitoringScheduleName="hourly")
    assert (described["EndpointName"], described["MonitoringScheduleStatus"]) == ("risk", "Scheduled")
    (listed,) = models.list_data_quality_job_definitions()["JobDefinitionSummaries"]
    assert (listed["MonitoringJobDefinitionName"], listed["EndpointName"]) == ("data", "risk")


def test_a_policy_scales_a_registered_target_between_its_limits(account: Callable[[str], Any]) -> None:
    """Application Auto Scaling: API_RegisterScalableTarget, API_PutScalingPolicy, API_DeregisterScalableTarget."""
    scaling = account("application-autoscaling")
    policy = {**TARGET, "PolicyName": "traffic", "PolicyType": "TargetTrackingScaling"}
    policy["TargetTrackingScalingPolicyConfiguration"] = {"TargetValue": 600.0}
    assert refused(scaling.put_scaling_policy, **policy)[0] == "ObjectNotFoundException"
    scaling.register_scalable_target(**TARGET, MinCapacity=2, MaxCapacity=4, Tags={"team": "risk"})
    assert refused(scaling.register_scalable_target, **TARGET, MinCapacity=5)[0] == "ValidationException"
    scaling.register_scalable_target(**TARGET, MaxCapacity=8)
    (target,) = scaling.describe_scalable_targets(ServiceNamespace="sagemaker")["ScalableTargets"]
    assert (target["MinCapacity"], target["MaxCapacity"]) == (2, 8)
    assert scaling.list_tags_for_resource(ResourceARN=target["ScalableTargetARN"])["Tags"] == {"team": "risk"}
    scaling.put_scaling_policy(**policy)
    scaling.deregister_scalable_target(**TARGET)
    assert scaling.describe_scaling_policies(ServiceNamespace="sagemaker")["ScalingPolicies"] == []


def test_a_dashboard_has_widgets_and_tags(account: Callable[[str], Any]) -> None:
    """API_PutDashboard, API_DeleteDashboards; errors in CBOR, which boto3 speaks here."""
    watch = account("cloudwatch")
    assert refused(watch.put_dashboard, DashboardName="d", DashboardBody="no JSON")[0] == "InvalidParameterInput"
    tags = [{"Key": "team", "Value": "risk"}]
    watch.put_dashboard(DashboardName="d", DashboardBody=json.dumps({"widgets": []}), Tags=tags)
    arn = watch.get_dashboard(DashboardName="d")["DashboardArn"]
    assert watch.list_tags_for_resource(ResourceARN=arn)["Tags"] == tags
    (entry,) = watch.list_dashboards(DashboardNamePrefix="d")["DashboardEntries"]
    assert entry["DashboardName"] == "d"
    assert refused(watch.delete_dashboards, DashboardNames=["d", "lost"])[0] == "ResourceNotFound"
    watch.delete_dashboards(DashboardNames=["d"])
    assert refused(watch.get_dashboard, DashboardName="d")[:2] == ("ResourceNotFound", 404)


def _served(version: str, alarm: str = "") -> dict[str, Any]:
    """An endpoint of a model whose name carries a version, guarded by an alarm."""
    guard = {"AutoRollbackConfiguration": {"Alarms": [{"AlarmName": alarm}]}} if alarm else {}
    variant = {**VARIANT, "ModelName": f"stack-{version}", "InitialVariantWeight": 1}
    model = {"ModelName": f"stack-{version}", "PrimaryContainer": {"Image": "image"}, "ExecutionRoleArn": ROLE}
    config = {"EndpointConfigName": f"stack-{version}", "ProductionVariants": [variant]}
    endpoint = {"EndpointName": "stack", "EndpointConfigName": f"stack-{version}"}
    if guard:
        endpoint["DeploymentConfig"] = {
            "BlueGreenUpdatePolicy": {
                "TrafficRoutingConfiguration": {"Type": "ALL_AT_ONCE", "WaitIntervalInSeconds": 60}
            },
            **guard,
        }
    kinds = {"Model": model, "EndpointConfig": config, "Endpoint": endpoint}
    after = {"EndpointConfig": "Model", "Endpoint": "EndpointConfig"}
    return {
        "Resources": {
            name: {"Type": f"AWS::SageMaker::{name}", "Properties": properties}
            | ({"DependsOn": after[name]} if name in after else {})
            for name, properties in kinds.items()
        }
    }


def test_a_stack_s_endpoint_changes_in_place_while_model_and_configuration_are_replaced(
    account: Callable[[str], Any],
) -> None:
    """AWS::SageMaker::Endpoint, AWS::SageMaker::EndpointConfig; and back when an alarm says so."""
    stacks, sagemaker, watch = Stacks(account("cloudformation")), account("sagemaker"), account("cloudwatch")
    stack = stacks.create(_served("v1"))
    assert stack["StackStatus"] == "CREATE_COMPLETE", stacks.reasons(stack)
    assert stacks.update(stack, _served("v2"))["StackStatus"] == "UPDATE_COMPLETE", stacks.reasons(stack)
    assert sagemaker.describe_endpoint(EndpointName="stack")["EndpointConfigName"] == "stack-v2"
    assert refused(sagemaker.describe_model, ModelName="stack-v1")[0] == "ValidationException"
    watch.put_metric_alarm(
        AlarmName="stack", MetricName="m", Namespace="n", Statistic="Sum", Period=60, EvaluationPeriods=1,
        Threshold=1.0, ComparisonOperator="GreaterThanThreshold", TreatMissingData="ignore",
    )  # fmt: skip
    watch.set_alarm_state(AlarmName="stack", StateValue="ALARM", StateReason="a test")
    assert stacks.update(stack, _served("v3", "stack"))["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert "rolled back" in stacks.reasons(stack)
    assert sagemaker.describe_endpoint(EndpointName="stack")["EndpointConfigName"] == "stack-v2"
    assert refused(sagemaker.describe_model, ModelName="stack-v3")[0] == "ValidationException"
    assert stacks.delete(stack)["StackStatus"] == "DELETE_COMPLETE"
    assert refused(sagemaker.describe_endpoint, EndpointName="stack")[0] == "ValidationException"


def _notification(threshold: int, address: str, dollars: int) -> dict[str, Any]:
    """A template of topic, alarm, rule, budget and schedule; each property that can change depends on an argument."""
    topic = {"Ref": "Topic"}
    alarm = {
        "AlarmName": "told", "MetricName": "m", "Namespace": "n", "Statistic": "Sum", "Period": 60,
        "EvaluationPeriods": 1,
        "Threshold": threshold, "ComparisonOperator": "GreaterThanThreshold", "AlarmActions": [topic],
    }  # fmt: skip
    rule = {"Name": "told", "EventPattern": {"source": ["aws.sagemaker"]}, "Targets": [{"Id": address, "Arn": topic}]}
    budget = {"BudgetName": "told", "BudgetType": "COST", "TimeUnit": "MONTHLY"}
    limit = {"BudgetLimit": {"Amount": dollars, "Unit": "USD"}}
    window = {"FlexibleTimeWindow": {"Mode": "OFF"}, "Target": {"Arn": topic, "RoleArn": ROLE}}
    body = json.dumps({"widgets": [], "start": f"-PT{threshold}H"})
    person = {"TopicArn": topic, "Protocol": "email", "Endpoint": f"{address}@bank.example"}
    kinds = {
        "SNS::Topic": {"TopicName": "told"},
        "SNS::Subscription": person,
        "CloudWatch::Alarm": alarm,
        "CloudWatch::Dashboard": {"DashboardName": "told", "DashboardBody": body},
        "Events::Rule": rule,
        "Budgets::Budget": {"Budget": budget | limit},
        "Scheduler::Schedule": {"Name": "told", "ScheduleExpression": f"rate({threshold} hours)", **window},
    }
    return {
        "Resources": {
            kind.rpartition(":")[2]: {"Type": f"AWS::{kind}", "Properties": properties}
            for kind, properties in kinds.items()
        }
    }


def test_what_tells_people_is_made_changed_in_place_and_taken_away(
    account: Callable[[str], Any], member: Callable[[str], str]
) -> None:
    """AWS::CloudWatch::Alarm, AWS::CloudWatch::Dashboard, AWS::Events::Rule, AWS::Budgets::Budget ..."""
    stacks, watch, owner = Stacks(account("cloudformation")), account("cloudwatch"), member("serving-spoke")
    stack = stacks.create(_notification(2, "alice", 100))
    assert stack["StackStatus"] == "CREATE_COMPLETE", stacks.reasons(stack)
    before = stacks.physical_ids(stack)
    updated = stacks.update(stack, _notification(3, "bob", 1000000))
    assert updated["StackStatus"] == "UPDATE_COMPLETE", stacks.reasons(stack)
    after = stacks.physical_ids(stack)
    assert {name for name in before if before[name] != after[name]} == {"Subscription"}
    assert watch.describe_alarms(AlarmNames=["told"])["MetricAlarms"][0]["Threshold"] == 3
    assert "-PT3H" in watch.get_dashboard(DashboardName="told")["DashboardBody"]
    targets = account("events").list_targets_by_rule(Rule="told")["Targets"]
    assert [target["Id"] for target in targets] == ["bob"]
    budget = account("budgets").describe_budget(AccountId=owner, BudgetName="told")["Budget"]
    assert budget["BudgetLimit"] == {"Amount": "1000000", "Unit": "USD"}
    assert account("scheduler").get_schedule(Name="told")["ScheduleExpression"] == "rate(3 hours)"
    (subscription,) = account("sns").list_subscriptions()["Subscriptions"]
    assert subscription["Endpoint"] == "bob@bank.example"
    assert stacks.delete(stack)["StackStatus"] == "DELETE_COMPLETE"
    assert watch.describe_alarms(AlarmNames=["told"])["MetricAlarms"] == []
    assert account("events").list_rules()["Rules"] == []
    assert account("scheduler").list_schedules()["Schedules"] == []


def test_a_scaling_target_of_a_stack_is_known_by_its_three_parts(account: Callable[[str], Any]) -> None:
    """AWS::ApplicationAutoScaling::ScalableTarget, AWS::ApplicationAutoScaling::ScalingPolicy."""
    stacks, scaling = Stacks(account("cloudformation")), account("application-autoscaling")

    def template(most: int) -> dict[str, Any]:
        policy = {
            "PolicyName": "p", "PolicyType": "TargetTrackingScaling", "ScalingTargetId": {"Ref": "Target"},
            "TargetTrackingScalingPolicyConfiguration": {"TargetValue": most},
        }  # fmt: skip
        kinds = {"Target": ("ScalableTarget", {**TARGET, "MinCapacity": 1, "MaxCapacity": most})}
        kinds["Policy"] = ("ScalingPolicy", policy)
        prefix = "AWS::ApplicationAutoScaling::"
        resources = {name: {"Type": prefix + kind, "Properties": value} for name, (kind, value) in kinds.items()}
        return {"Resources": resources}

    stack = stacks.create(template(4))
    assert stack["StackStatus"] == "CREATE_COMPLETE", stacks.reasons(stack)
    parts = ("ResourceId", "ScalableDimension", "ServiceNamespace")
    assert stacks.physical_ids(stack)["Target"] == "|".join(TARGET[part] for part in parts)
    assert stacks.update(stack, template(8))["StackStatus"] == "UPDATE_COMPLETE", stacks.reasons(stack)
    (target,) = scaling.describe_scalable_targets(ServiceNamespace="sagemaker")["ScalableTargets"]
    (policy,) = scaling.describe_scaling_policies(ServiceNamespace="sagemaker")["ScalingPolicies"]
    assert target["MaxCapacity"] == policy["TargetTrackingScalingPolicyConfiguration"]["TargetValue"] == 8
    assert stacks.delete(stack)["StackStatus"] == "DELETE_COMPLETE"
    assert scaling.describe_scalable_targets(ServiceNamespace="sagemaker")["ScalableTargets"] == []
