"""Model Monitor: job definitions and schedules. Operations; no job runs.

https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor.html
"""

from typing import Any

from scripts.localaws.core.errors import AwsError
from scripts.localaws.crud.operations import OPERATIONS, OperationHandler, create
from scripts.localaws.crud.serialization import Record
from scripts.localaws.crud.store import Store

# MonitoringType -> the beginning of the job definition's resource type in ARNs.
MONITORING_TYPES = {
    "DataQuality": "data-quality",
    "ModelQuality": "model-quality",
    "ModelBias": "model-bias",
    "ModelExplainability": "model-explainability",
}


def _create_definition(monitoring_type: str) -> OperationHandler:
    """Store the name of the monitored endpoint, which lists return."""

    def create_definition(store: Store, params: Record, output: Any) -> Record:
        endpoint = (params[f"{monitoring_type}JobInput"].get("EndpointInput") or {}).get("EndpointName", "")
        spec = store.resources[f"{monitoring_type}JobDefinition"]
        return create(store, spec, {**params, "EndpointName": endpoint}, output)

    return create_definition


def _write_schedule(operation: str) -> OperationHandler:
    """A schedule needs an existing job definition of its own type."""

    def write(store: Store, params: Record, output: Any) -> Record:
        spec, config = store.resources["MonitoringSchedule"], params["MonitoringScheduleConfig"]
        if operation == "update":
            store.get(spec, params)["MonitoringScheduleConfig"] = {}  # replaced, not merged
        return OPERATIONS[operation](store, spec, {**params, **_job_definition(store, config)}, output)

    return write


def _job_definition(store: Store, config: Record) -> Record:
    """Type, job definition and endpoint of a schedule."""
    monitoring_type, name = config.get("MonitoringType"), config.get("MonitoringJobDefinitionName")
    if not monitoring_type or not name:
        message = "the embedded AWS holds schedules with MonitoringJobDefinitionName and MonitoringType only"
        raise AwsError("ValidationException", f"{message}; see SUPPORTED.md")
    try:
        definition = store.get(store.resources[f"{monitoring_type}JobDefinition"], {"JobDefinitionName": name})
    except AwsError:
        raise AwsError("ValidationException", f"{monitoring_type} job definition {name} does not exist") from None
    endpoint = {"EndpointName": definition["EndpointName"]} if definition["EndpointName"] else {}
    return {"MonitoringType": monitoring_type, "MonitoringJobDefinitionName": name, **endpoint}


HANDLERS: dict[tuple[str, str], OperationHandler] = {
    **{("sagemaker", f"Create{name}JobDefinition"): _create_definition(name) for name in MONITORING_TYPES},
    ("sagemaker", "CreateMonitoringSchedule"): _write_schedule("create"),
    ("sagemaker", "UpdateMonitoringSchedule"): _write_schedule("update"),
}
