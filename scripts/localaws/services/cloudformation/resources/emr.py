"""Resource types of EMR and EMR Serverless."""

from typing import Any

from scripts.localaws.services.cloudformation.resources.resource_type import (
    Calls,
    PhysicalResource,
    PropertyHandler,
    ResourceType,
    pick,
    tag_handler,
    tag_list,
    tag_map,
    text,
)

_CLUSTER = (
    "Name", "ReleaseLabel", "Applications", "ServiceRole", "JobFlowRole", "SecurityConfiguration", "EbsRootVolumeSize",
    "LogUri", "LogEncryptionKmsKeyId", "ManagedScalingPolicy", "AutoTerminationPolicy", "Tags",
)  # fmt: skip
_FLEETS = {"MasterInstanceFleet": "MASTER", "CoreInstanceFleet": "CORE"}
_APPLICATION = (
    "Name", "Type", "ReleaseLabel", "NetworkConfiguration", "MaximumCapacity", "AutoStartConfiguration",
    "AutoStopConfiguration", "InteractiveConfiguration", "RuntimeConfiguration", "MonitoringConfiguration",
)  # fmt: skip


def _run(resource: PhysicalResource) -> dict[str, Any]:
    """Convert fleets from properties to the API's list. The cluster of a stack keeps running without steps."""
    instances_property = resource.props["Instances"]
    fleets = [
        {"InstanceFleetType": kind, **instances_property[name]}
        for name, kind in _FLEETS.items()
        if name in instances_property
    ]
    other = {name: value for name, value in instances_property.items() if name not in _FLEETS}
    instances = {"KeepJobFlowAliveWhenNoSteps": True, **other, "InstanceFleets": fleets}
    return {**pick(*_CLUSTER)(resource), "Instances": instances, "VisibleToAllUsers": True}


def _cluster_policy(name: str) -> PropertyHandler:
    """Return the handler of a policy that create sets with the cluster, and an update with a call of its own."""

    def calls(resource: PhysicalResource, old: Any, new: Any) -> Calls:
        if old is not None and new is not None:
            yield f"put_{_SNAKE[name]}", {"ClusterId": resource.id, name: new}

    return PropertyHandler(name, calls)


_SNAKE = {"AutoTerminationPolicy": "auto_termination_policy", "ManagedScalingPolicy": "managed_scaling_policy"}


def _lower_camel_case(value: Any) -> Any:
    """Rename properties as the API does; the settings of a classification keep their names."""
    if isinstance(value, list):
        return [_lower_camel_case(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        f"{key[0].lower()}{key[1:]}": item if key == "Properties" else _lower_camel_case(item)
        for key, item in value.items()
    }


def _application(*excluded: str) -> Any:
    def arguments(resource: PhysicalResource) -> dict[str, Any]:
        arguments: dict[str, Any] = _lower_camel_case(
            {name: resource.props[name] for name in _APPLICATION if name in resource.props}
        )
        return {name: value for name, value in arguments.items() if name not in excluded}

    return arguments


RESOURCE_TYPES: dict[str, ResourceType] = {
    "AWS::EMR::SecurityConfiguration": ResourceType(
        "emr",
        "create_security_configuration",
        lambda resource: {
            "Name": resource.props["Name"],
            "SecurityConfiguration": text(resource.props["SecurityConfiguration"]),
        },
        "delete_security_configuration",
        pick("Name"),
        read="describe_security_configuration",
        name_property="Name",
        supported_properties=frozenset({"Name", "SecurityConfiguration"}),
    ),
    "AWS::EMR::Cluster": ResourceType(
        "emr",
        "run_job_flow",
        _run,
        "terminate_job_flows",
        lambda resource: {"JobFlowIds": [resource.id]},
        read="describe_cluster",
        read_arguments=lambda resource: {"ClusterId": resource.answer["JobFlowId"]},
        property_handlers=(
            *(_cluster_policy(name) for name in _SNAKE),
            tag_handler("add_tags", lambda resource, tags: {"ResourceId": resource.id, "Tags": tag_list(tags)}),
        ),
        attributes={"Id": "answer.JobFlowId", "MasterPublicDNS": "read.Cluster.MasterPublicDnsName"},
        supported_properties=frozenset({*_CLUSTER, "Instances"}),
    ),
    "AWS::EMRServerless::Application": ResourceType(
        "emr-serverless",
        "create_application",
        lambda resource: {**_application()(resource), "tags": tag_map(resource.props.get("Tags"))},
        "delete_application",
        lambda resource: {"applicationId": resource.id},
        read="get_application",
        read_arguments=lambda resource: {"applicationId": resource.answer["applicationId"]},
        update="update_application",
        update_arguments=_application("name", "type"),
        property_handlers=(
            tag_handler("tag_resource", lambda resource, tags: {"resourceArn": resource.answer["arn"], "tags": tags}),
        ),
        attributes={"ApplicationId": "answer.applicationId", "Arn": "answer.arn"},
        supported_properties=frozenset(_APPLICATION),
    ),
}
