"""Rows of EMR and EMR Serverless."""

from typing import Any

from scripts.localaws.services.cloudformation.resources.resource_type import (
    Calls,
    PhysicalResource,
    PropertyHandler,
    ResourceType,
    listed,
    pick,
    retag,
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


def _run(it: PhysicalResource) -> dict[str, Any]:
    """Fleets are properties of a template and a list of the API; a stack's cluster waits for work."""
    asked = it.props["Instances"]
    fleets = [{"InstanceFleetType": kind, **asked[name]} for name, kind in _FLEETS.items() if name in asked]
    own = {name: value for name, value in asked.items() if name not in _FLEETS}
    instances = {"KeepJobFlowAliveWhenNoSteps": True, **own, "InstanceFleets": fleets}
    return {**pick(*_CLUSTER)(it), "Instances": instances, "VisibleToAllUsers": True}


def _policy(name: str) -> PropertyHandler:
    """Given with the cluster when it starts; a call of its own afterwards."""

    def calls(it: PhysicalResource, old: Any, new: Any) -> Calls:
        if old is not None and new is not None:
            yield f"put_{_SNAKE[name]}", {"ClusterId": it.id, name: new}

    return PropertyHandler(name, calls)


_SNAKE = {"AutoTerminationPolicy": "auto_termination_policy", "ManagedScalingPolicy": "managed_scaling_policy"}


def _lower(value: Any) -> Any:
    """Properties as the API spells them; the settings of a classification keep their names."""
    if isinstance(value, list):
        return [_lower(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {f"{key[0].lower()}{key[1:]}": kept if key == "Properties" else _lower(kept) for key, kept in value.items()}


def _application(*but: str) -> Any:
    def arguments(it: PhysicalResource) -> dict[str, Any]:
        found: dict[str, Any] = _lower({name: it.props[name] for name in _APPLICATION if name in it.props})
        return {name: value for name, value in found.items() if name not in but}

    return arguments


ROWS: dict[str, ResourceType] = {
    "AWS::EMR::SecurityConfiguration": ResourceType(
        "emr",
        "create_security_configuration",
        lambda it: {"Name": it.props["Name"], "SecurityConfiguration": text(it.props["SecurityConfiguration"])},
        "delete_security_configuration",
        pick("Name"),
        read="describe_security_configuration",
        name="Name",
        taken=frozenset({"Name", "SecurityConfiguration"}),
    ),
    "AWS::EMR::Cluster": ResourceType(
        "emr",
        "run_job_flow",
        _run,
        "terminate_job_flows",
        lambda it: {"JobFlowIds": [it.id]},
        read="describe_cluster",
        look=lambda it: {"ClusterId": it.answer["JobFlowId"]},
        aspects=(
            *(_policy(name) for name in _SNAKE),
            retag("add_tags", lambda it, tags: {"ResourceId": it.id, "Tags": listed(tags)}),
        ),
        attributes={"Id": "answer.JobFlowId", "MasterPublicDNS": "read.Cluster.MasterPublicDnsName"},
        taken=frozenset({*_CLUSTER, "Instances"}),
    ),
    "AWS::EMRServerless::Application": ResourceType(
        "emr-serverless",
        "create_application",
        lambda it: {**_application()(it), "tags": tag_map(it.props.get("Tags"))},
        "delete_application",
        lambda it: {"applicationId": it.id},
        read="get_application",
        look=lambda it: {"applicationId": it.answer["applicationId"]},
        update="update_application",
        changes=_application("name", "type"),
        aspects=(retag("tag_resource", lambda it, tags: {"resourceArn": it.answer["arn"], "tags": tags}),),
        attributes={"ApplicationId": "answer.applicationId", "Arn": "answer.arn"},
        taken=frozenset(_APPLICATION),
    ),
}
