"""Inference components: copies of a model on an endpoint. Operations; nothing runs or scales.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateInferenceComponent.html
"""

from collections.abc import Mapping
from typing import Any

from moto.cloudwatch.models import cloudwatch_backends

from scripts.localaws.core.errors import AwsError
from scripts.localaws.crud.operations import OperationHandler, create, update
from scripts.localaws.crud.serialization import Record, reply
from scripts.localaws.crud.store import Store


def validation_error(message: str) -> AwsError:
    """SageMaker's error for an invalid request."""
    return AwsError("ValidationException", message)


def get_required(store: Store, resource: str, values: Mapping[str, Any]) -> Record:
    """A resource that a request refers to. Raises AwsError ValidationException when it does not exist."""
    try:
        return store.get(store.resources[resource], values)
    except AwsError as error:
        raise validation_error(error.message) from None


def in_alarm(store: Store, deployment: Mapping[str, Any]) -> bool:
    """Whether an auto-rollback alarm of the deployment is in ALARM. Raises AwsError for a missing alarm."""
    names = [alarm["AlarmName"] for alarm in deployment.get("AutoRollbackConfiguration", {}).get("Alarms", ())]
    alarms = cloudwatch_backends[store.account][store.region].alarms
    if missing := [name for name in names if name not in alarms]:
        raise validation_error(f"The auto-rollback alarms {missing} do not exist.")
    return any(alarms[name].state_value == "ALARM" for name in names)


def components_of(store: Store, endpoint: str) -> list[Record]:
    """The inference components on an endpoint."""
    return [
        record for record in store.find(store.resources["InferenceComponent"]) if record["EndpointName"] == endpoint
    ]


def _create(store: Store, params: Record, output: Any) -> Record:
    """Create a component of an existing model on a variant that has no model of its own."""
    endpoint = get_required(store, "Endpoint", params)
    config = get_required(store, "EndpointConfig", endpoint)
    variants = {variant["VariantName"] for variant in config["ProductionVariants"] if "ModelName" not in variant}
    if params.get("VariantName") not in variants:
        message = f"Endpoint {params['EndpointName']} takes inference components on: {sorted(variants)}."
        raise validation_error(message)
    values = {**params, "EndpointArn": endpoint["@arn"], **_runtime_config(store, params)}
    return create(store, store.resources["InferenceComponent"], values, output)


def _update(store: Store, params: Record, output: Any) -> Record:
    """Replace the copies. While an auto-rollback alarm is in ALARM the component stays as it is.

    https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-rolling.html
    """
    spec, record = store.resources["InferenceComponent"], get_required(store, "InferenceComponent", params)
    deployment = params.get("DeploymentConfig") or {}
    values = {name: value for name, value in params.items() if name != "DeploymentConfig"}
    values |= _runtime_config(store, params)
    if in_alarm(store, deployment):
        return reply(output, spec, record)
    record["LastDeploymentConfig"] = deployment or None
    return update(store, spec, values, output)


def _runtime_config(store: Store, params: Mapping[str, Any]) -> Record:
    """RuntimeConfig as DescribeInferenceComponent returns it. Raises AwsError for a model that does not exist."""
    if specification := params.get("Specification"):
        model = specification.get("ModelName")
        if not model:
            raise validation_error("the embedded AWS holds inference components of a ModelName only; see SUPPORTED.md")
        get_required(store, "Model", {"ModelName": model})
    if runtime := params.get("RuntimeConfig"):
        count = runtime["CopyCount"]
        return {"RuntimeConfig": {"DesiredCopyCount": count, "CurrentCopyCount": count}}
    return {}


HANDLERS: dict[tuple[str, str], OperationHandler] = {
    ("sagemaker", "CreateInferenceComponent"): _create,
    ("sagemaker", "UpdateInferenceComponent"): _update,
}
