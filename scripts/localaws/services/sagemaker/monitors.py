"""Model Monitor: what a monitoring job would do, and when it would. Rows, and what no row can tell. No job runs.

https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor.html
"""

from collections.abc import Callable
from typing import Any

from scripts.localaws.core.errors import AwsError
from scripts.localaws.crud.operations import NAMED
from scripts.localaws.crud.resource_spec import ResourceSpec
from scripts.localaws.crud.serialization import Record
from scripts.localaws.crud.store import Store

Particular = Callable[[Store, Record, Any], Record]
# MonitoringType -> the beginning of its resource's ARN.
KINDS = {
    "DataQuality": "data-quality",
    "ModelQuality": "model-quality",
    "ModelBias": "model-bias",
    "ModelExplainability": "model-explainability",
}
_BORN = {
    "JobDefinitionArn": "{arn}",
    "MonitoringJobDefinitionName": "{JobDefinitionName}",
    "MonitoringJobDefinitionArn": "{arn}",
}
MONITORS = (
    *(
        ResourceSpec(
            f"{kind}JobDefinition", ("JobDefinitionName",), f"{name}-job-definition/{{JobDefinitionName}}", _BORN
        )
        for kind, name in KINDS.items()
    ),
    ResourceSpec(
        "MonitoringSchedule",
        ("MonitoringScheduleName",),
        "monitoring-schedule/{MonitoringScheduleName}",
        {"MonitoringScheduleStatus": "Scheduled"},
    ),
)


def _define(kind: str) -> Particular:
    """Lists tell the endpoint that a definition watches."""

    def create(at: Store, params: Record, output: Any) -> Record:
        watched = (params[f"{kind}JobInput"].get("EndpointInput") or {}).get("EndpointName", "")
        return NAMED["make"](at, at.nouns[f"{kind}JobDefinition"], {**params, "EndpointName": watched}, output)

    return create


def _schedule(verb: str) -> Particular:
    """A schedule runs a definition of its own kind, which must be there."""

    def act(at: Store, params: Record, output: Any) -> Record:
        noun, config = at.nouns["MonitoringSchedule"], params["MonitoringScheduleConfig"]
        if verb == "change":
            at.get(noun, params)["MonitoringScheduleConfig"] = {}  # the new one takes the old one's place
        return NAMED[verb](at, noun, {**params, **_watched(at, config)}, output)

    return act


def _watched(at: Store, config: Record) -> Record:
    kind, name = config.get("MonitoringType"), config.get("MonitoringJobDefinitionName")
    if not kind or not name:
        told = "the embedded AWS holds schedules with MonitoringJobDefinitionName and MonitoringType only"
        raise AwsError("ValidationException", f"{told}; see SUPPORTED.md")
    try:
        definition = at.get(at.nouns[f"{kind}JobDefinition"], {"JobDefinitionName": name})
    except AwsError:
        raise AwsError("ValidationException", f"{kind} job definition {name} does not exist") from None
    watched = {"EndpointName": definition["EndpointName"]} if definition["EndpointName"] else {}
    return {"MonitoringType": kind, "MonitoringJobDefinitionName": name, **watched}


PARTICULAR: dict[tuple[str, str], Particular] = {
    **{("sagemaker", f"Create{kind}JobDefinition"): _define(kind) for kind in KINDS},
    ("sagemaker", "CreateMonitoringSchedule"): _schedule("make"),
    ("sagemaker", "UpdateMonitoringSchedule"): _schedule("change"),
}
