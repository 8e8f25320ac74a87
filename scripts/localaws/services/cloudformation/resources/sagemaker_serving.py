"""Resource types of SageMaker inference, pipelines and monitoring, of Application Auto Scaling and of Scheduler."""

from typing import Any

from scripts.localaws.services.cloudformation.resources.resource_type import (
    PhysicalResource,
    ResourceType,
    pick,
    tag_handler,
    tag_map,
)
from scripts.localaws.services.cloudformation.resources.sagemaker_studio import sagemaker_resource_type

_MONITORING_TYPES = ("DataQuality", "ModelQuality", "ModelBias", "ModelExplainability")
_SCHEDULE = (
    "Name", "GroupName", "ScheduleExpression", "ScheduleExpressionTimezone", "StartDate", "EndDate", "Description",
    "State", "KmsKeyArn", "Target", "FlexibleTimeWindow",
)  # fmt: skip
_TARGET = ("ServiceNamespace", "ResourceId", "ScalableDimension")
_POLICY = ("PolicyName", "PolicyType", "TargetTrackingScalingPolicyConfiguration", "StepScalingPolicyConfiguration")
_MONITORING_TYPES = ("DataQuality", "ModelQuality", "ModelBias", "ModelExplainability")
_LIMITS = ("MinCapacity", "MaxCapacity", "RoleARN", "SuspendedState")


def _definition(resource: PhysicalResource) -> dict[str, Any]:
    """Return the pipeline definition, inline or as an S3 location."""
    definition = resource.props["PipelineDefinition"]
    if "PipelineDefinitionBody" in definition:
        return {"PipelineDefinition": definition["PipelineDefinitionBody"]}
    location = definition["PipelineDefinitionS3Location"]
    argument_names = {"Bucket": "Bucket", "Key": "ObjectKey", "Version": "VersionId"}
    arguments = {argument: location[name] for name, argument in argument_names.items() if name in location}
    return {"PipelineDefinition": None, "PipelineDefinitionS3Location": arguments}


def _endpoint_rollback_reason(resource: PhysicalResource) -> str:
    """Return why the update failed if SageMaker rolled the endpoint back to the old configuration; else ""."""
    if resource.read.get("EndpointConfigName") == resource.props["EndpointConfigName"]:
        return ""
    name = resource.props["EndpointName"]
    return f"Endpoint {name} was rolled back: an alarm of its deployment configuration is in ALARM"


def _component_rollback_reason(resource: PhysicalResource) -> str:
    """Return why the update failed if SageMaker rolled the component back to the old specification; else ""."""
    if resource.read["Specification"] == resource.props["Specification"]:
        return ""
    name = resource.props["InferenceComponentName"]
    return f"Inference component {name} was rolled back: an alarm of its deployment configuration is in ALARM"


def _scalable_target(resource: PhysicalResource) -> dict[str, str]:
    """Return the scalable target of a policy: three properties, or the parts of its physical id."""
    if "ScalingTargetId" not in resource.props:
        return {name: resource.props[name] for name in _TARGET if name in resource.props}
    resource, dimension, namespace = resource.props["ScalingTargetId"].split("|")
    return {"ServiceNamespace": namespace, "ResourceId": resource, "ScalableDimension": dimension}


def _scaling_policy(resource: PhysicalResource) -> dict[str, Any]:
    return {"PolicyName": resource.props["PolicyName"], **_scalable_target(resource)}


def _name(name: str) -> dict[str, str]:
    """Return the attribute that the types' pages have in addition to the schema."""
    return {name: f"props.{name}"}


RESOURCE_TYPES: dict[str, ResourceType] = {
    "AWS::SageMaker::Model": sagemaker_resource_type(
        "Model", ("ModelName",), "ModelArn", update=False, name_property="ModelName", attributes=_name("ModelName")
    ),
    "AWS::SageMaker::EndpointConfig": sagemaker_resource_type(
        "EndpointConfig",
        ("EndpointConfigName",),
        "EndpointConfigArn",
        update=False,
        name_property="EndpointConfigName",
        attributes=_name("EndpointConfigName"),
    ),
    "AWS::SageMaker::Endpoint": sagemaker_resource_type(
        "Endpoint",
        ("EndpointName",),
        "EndpointArn",
        "EndpointStatus",
        name_property="EndpointName",
        failure_reason=_endpoint_rollback_reason,
        attributes=_name("EndpointName"),
    ),
    "AWS::SageMaker::InferenceComponent": sagemaker_resource_type(
        "InferenceComponent",
        ("InferenceComponentName",),
        "InferenceComponentArn",
        "InferenceComponentStatus",
        name_property="InferenceComponentName",
        failure_reason=_component_rollback_reason,
    ),
    "AWS::SageMaker::Pipeline": sagemaker_resource_type(
        "Pipeline", ("PipelineName",), "PipelineArn", "PipelineStatus", arguments=_definition
    ),
    **{
        f"AWS::SageMaker::{kind}JobDefinition": sagemaker_resource_type(
            f"{kind}JobDefinition",
            ("JobDefinitionName",),
            "JobDefinitionArn",
            update=False,
            name_property="JobDefinitionName",
        )
        for kind in _MONITORING_TYPES
    },
    "AWS::SageMaker::MonitoringSchedule": sagemaker_resource_type(
        "MonitoringSchedule", ("MonitoringScheduleName",), "MonitoringScheduleArn", "MonitoringScheduleStatus"
    ),
    "AWS::ApplicationAutoScaling::ScalableTarget": ResourceType(
        "application-autoscaling",
        "register_scalable_target",
        lambda resource: {**pick(*_TARGET, *_LIMITS)(resource), "Tags": tag_map(resource.props.get("Tags"))},
        "deregister_scalable_target",
        pick(*_TARGET),
        read="describe_scalable_targets",
        read_arguments=lambda resource: {
            "ServiceNamespace": resource.props["ServiceNamespace"],
            "ResourceIds": [resource.props["ResourceId"]],
        },
        update="register_scalable_target",
        update_arguments=pick(*_LIMITS),
        property_handlers=(
            tag_handler(
                "tag_resource",
                lambda resource, tags: {
                    "ResourceARN": resource.read["ScalableTargets"][0]["ScalableTargetARN"],
                    "Tags": tags,
                },
            ),
        ),
        attributes={"Id": "id"},
        supported_properties=frozenset({*_TARGET, *_LIMITS}),
    ),
    "AWS::ApplicationAutoScaling::ScalingPolicy": ResourceType(
        "application-autoscaling",
        "put_scaling_policy",
        lambda resource: {**pick(*_POLICY)(resource), **_scalable_target(resource)},
        "delete_scaling_policy",
        _scaling_policy,
        update="put_scaling_policy",
        update_arguments=pick(*_POLICY[1:]),
        attributes={
            "Arn": "answer.PolicyARN",
            "ScalableDimension": lambda resource: _scalable_target(resource)["ScalableDimension"],
        },
        physical_id="Arn",
        supported_properties=frozenset({*_POLICY, *_TARGET, "ScalingTargetId"}),
    ),
    "AWS::Scheduler::Schedule": ResourceType(
        "scheduler",
        "create_schedule",
        pick(*_SCHEDULE),
        "delete_schedule",
        pick("Name", "GroupName"),
        read="get_schedule",
        update="update_schedule",
        update_arguments=pick(*_SCHEDULE),
        attributes={"Arn": "read.Arn"},
        name_property="Name",
        supported_properties=frozenset(_SCHEDULE),
    ),
}
