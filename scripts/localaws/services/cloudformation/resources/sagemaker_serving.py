"""Rows of models at work: models, endpoints, pipelines, monitors, automatic scaling and schedules."""

from typing import Any

from scripts.localaws.services.cloudformation.resources.resource_type import (
    PhysicalResource,
    ResourceType,
    pick,
    retag,
    tag_map,
)
from scripts.localaws.services.cloudformation.resources.sagemaker_studio import row

_MONITORING_TYPES = ("DataQuality", "ModelQuality", "ModelBias", "ModelExplainability")
_SCHEDULE = (
    "Name", "GroupName", "ScheduleExpression", "ScheduleExpressionTimezone", "StartDate", "EndDate", "Description",
    "State", "KmsKeyArn", "Target", "FlexibleTimeWindow",
)  # fmt: skip
_TARGET = ("ServiceNamespace", "ResourceId", "ScalableDimension")
_POLICY = ("PolicyName", "PolicyType", "TargetTrackingScalingPolicyConfiguration", "StepScalingPolicyConfiguration")
_LIMITS = ("MinCapacity", "MaxCapacity", "RoleARN", "SuspendedState")


def _definition(it: PhysicalResource) -> dict[str, Any]:
    """A text, or where it lies."""
    given = it.props["PipelineDefinition"]
    if "PipelineDefinitionBody" in given:
        return {"PipelineDefinition": given["PipelineDefinitionBody"]}
    place = given["PipelineDefinitionS3Location"]
    names = {"Bucket": "Bucket", "Key": "ObjectKey", "Version": "VersionId"}
    found = {argument: place[name] for name, argument in names.items() if name in place}
    return {"PipelineDefinition": None, "PipelineDefinitionS3Location": found}


def _rolled_back(it: PhysicalResource) -> str:
    """SageMaker goes back to the old configuration by itself and is in service again; the change has failed."""
    if it.read.get("EndpointConfigName") == it.props["EndpointConfigName"]:
        return ""
    return f"Endpoint {it.props['EndpointName']} was rolled back: an alarm of its deployment configuration is in ALARM"


def _kept_its_model(it: PhysicalResource) -> str:
    """As an endpoint: the copies of before stay, and the change has failed."""
    if it.read["Specification"] == it.props["Specification"]:
        return ""
    name = it.props["InferenceComponentName"]
    return f"Inference component {name} was rolled back: an alarm of its deployment configuration is in ALARM"


def _target(it: PhysicalResource) -> dict[str, str]:
    """The target that a policy is for: named by its three parts, or by its physical id."""
    if "ScalingTargetId" not in it.props:
        return {name: it.props[name] for name in _TARGET if name in it.props}
    resource, dimension, namespace = it.props["ScalingTargetId"].split("|")
    return {"ServiceNamespace": namespace, "ResourceId": resource, "ScalableDimension": dimension}


def _policy(it: PhysicalResource) -> dict[str, Any]:
    return {"PolicyName": it.props["PolicyName"], **_target(it)}


ROWS: dict[str, ResourceType] = {
    "AWS::SageMaker::Model": row("Model", ("ModelName",), "ModelArn", update=False, name="ModelName"),
    "AWS::SageMaker::EndpointConfig": row(
        "EndpointConfig", ("EndpointConfigName",), "EndpointConfigArn", update=False, name="EndpointConfigName"
    ),
    "AWS::SageMaker::Endpoint": row(
        "Endpoint", ("EndpointName",), "EndpointArn", "EndpointStatus", name="EndpointName", undone=_rolled_back
    ),
    "AWS::SageMaker::InferenceComponent": row(
        "InferenceComponent",
        ("InferenceComponentName",),
        "InferenceComponentArn",
        "InferenceComponentStatus",
        name="InferenceComponentName",
        undone=_kept_its_model,
    ),
    "AWS::SageMaker::Pipeline": row(
        "Pipeline", ("PipelineName",), "PipelineArn", "PipelineStatus", arguments=_definition
    ),
    **{
        f"AWS::SageMaker::{kind}JobDefinition": row(
            f"{kind}JobDefinition", ("JobDefinitionName",), "JobDefinitionArn", update=False, name="JobDefinitionName"
        )
        for kind in _MONITORING_TYPES
    },
    "AWS::SageMaker::MonitoringSchedule": row(
        "MonitoringSchedule", ("MonitoringScheduleName",), "MonitoringScheduleArn", "MonitoringScheduleStatus"
    ),
    "AWS::ApplicationAutoScaling::ScalableTarget": ResourceType(
        "application-autoscaling",
        "register_scalable_target",
        lambda it: {**pick(*_TARGET, *_LIMITS)(it), "Tags": tag_map(it.props.get("Tags"))},
        "deregister_scalable_target",
        pick(*_TARGET),
        read="describe_scalable_targets",
        look=lambda it: {"ServiceNamespace": it.props["ServiceNamespace"], "ResourceIds": [it.props["ResourceId"]]},
        update="register_scalable_target",
        changes=pick(*_LIMITS),
        aspects=(
            retag(
                "tag_resource",
                lambda it, tags: {"ResourceARN": it.read["ScalableTargets"][0]["ScalableTargetARN"], "Tags": tags},
            ),
        ),
        attributes={"Id": "id"},
        taken=frozenset({*_TARGET, *_LIMITS}),
    ),
    "AWS::ApplicationAutoScaling::ScalingPolicy": ResourceType(
        "application-autoscaling",
        "put_scaling_policy",
        lambda it: {**pick(*_POLICY)(it), **_target(it)},
        "delete_scaling_policy",
        _policy,
        update="put_scaling_policy",
        changes=pick(*_POLICY[1:]),
        attributes={"Arn": "answer.PolicyARN", "ScalableDimension": lambda it: _target(it)["ScalableDimension"]},
        taken=frozenset({*_POLICY, *_TARGET, "ScalingTargetId"}),
    ),
    "AWS::Scheduler::Schedule": ResourceType(
        "scheduler",
        "create_schedule",
        pick(*_SCHEDULE),
        "delete_schedule",
        pick("Name", "GroupName"),
        read="get_schedule",
        update="update_schedule",
        changes=pick(*_SCHEDULE),
        attributes={"Arn": "read.Arn"},
        name="Name",
        taken=frozenset(_SCHEDULE),
    ),
}
