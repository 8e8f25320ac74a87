"""Models, endpoints and the model registry. An endpoint is in service at once and answers nothing.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/
"""

from collections.abc import Mapping
from typing import Any

from scripts.localaws.crud.operations import OperationHandler, create, delete, update
from scripts.localaws.crud.serialization import Record, reply
from scripts.localaws.crud.store import Store
from scripts.localaws.services.sagemaker import components, events
from scripts.localaws.services.sagemaker.components import components_of, get_required, in_alarm, validation_error

_VARIANT = ("VariantName", "InitialInstanceCount", "InitialVariantWeight")


def _create_model(store: Store, params: Record, output: Any) -> Record:
    """Create a model. A model package that a container names must exist."""
    for container in [params.get("PrimaryContainer"), *params.get("Containers", ())]:
        package = (container or {}).get("ModelPackageName")
        arns = {record["@arn"] for record in store.find(store.resources["ModelPackage"])}
        if package and package not in arns:
            raise validation_error(f'Could not find model package "{package}".')
    return create(store, store.resources["Model"], params, output)


def _create_endpoint_config(store: Store, params: Record, output: Any) -> Record:
    for variant in params["ProductionVariants"]:
        if "ModelName" in variant:
            get_required(store, "Model", variant)
        elif "ExecutionRoleArn" not in params:
            raise validation_error(
                "A variant without a model is for inference components; ExecutionRoleArn is required."
            )
    return create(store, store.resources["EndpointConfig"], params, output)


def _create_endpoint(store: Store, params: Record, output: Any) -> Record:
    config = get_required(store, "EndpointConfig", params)
    values = {name: value for name, value in params.items() if name != "DeploymentConfig"}
    return create(store, store.resources["Endpoint"], {**values, **_endpoint_state(config, [])}, output)


def _update_endpoint(store: Store, params: Record, output: Any) -> Record:
    """Replace the instances. While an auto-rollback alarm is in ALARM the endpoint stays as it is.

    https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-configuration.html
    """
    spec, config = store.resources["Endpoint"], get_required(store, "EndpointConfig", params)
    record = get_required(store, "Endpoint", params)
    variants = record["ProductionVariants"] if params.get("RetainAllVariantProperties") else []
    deployment = params.get("DeploymentConfig") or {}
    if in_alarm(store, deployment):
        return reply(output, spec, record)
    values = {"EndpointName": params["EndpointName"], "EndpointConfigName": params["EndpointConfigName"]}
    record["LastDeploymentConfig"] = deployment or None
    return update(store, spec, {**values, **_endpoint_state(config, variants)}, output)


def _delete_endpoint(store: Store, params: Record, output: Any) -> Record:
    """Delete an endpoint that has no inference components."""
    get_required(store, "Endpoint", params)
    if components_of(store, params["EndpointName"]):
        raise validation_error(f"Endpoint {params['EndpointName']} has inference components; delete them first.")
    return delete(store, store.resources["Endpoint"], params, output)


def _endpoint_state(config: Record, retained: list[Record]) -> Record:
    """Variants and data capture as DescribeEndpoint returns them; retained variants keep their instance count."""
    counts = {variant["VariantName"]: variant["CurrentInstanceCount"] for variant in retained}
    variants = [_variant(variant, counts) for variant in config["ProductionVariants"]]
    capture = config.get("DataCaptureConfig") or {}
    if not capture:
        return {"ProductionVariants": variants}
    names = ("EnableCapture", "DestinationS3Uri", "KmsKeyId")
    summary = {name: capture[name] for name in names if name in capture}
    summary |= {"CaptureStatus": "Started", "CurrentSamplingPercentage": capture["InitialSamplingPercentage"]}
    return {"ProductionVariants": variants, "DataCaptureConfig": summary}


def _variant(variant: Record, counts: Mapping[str, int]) -> Record:
    name, initial_count, weight = (variant.get(key) for key in _VARIANT)
    count = counts.get(str(name), initial_count)
    weights = {"CurrentWeight": weight or 1.0, "DesiredWeight": weight or 1.0}
    return {"VariantName": name, **weights, "CurrentInstanceCount": count, "DesiredInstanceCount": count}


def _create_package(store: Store, params: Record, output: Any) -> Record:
    """Create the next version of a group; versions count from 1."""
    group = params.get("ModelPackageGroupName")
    if not group:
        raise validation_error("the embedded AWS holds versions of a ModelPackageGroupName only; see SUPPORTED.md")
    spec = store.resources["ModelPackage"]
    versions = [record["ModelPackageVersion"] for record in store.find(spec, ModelPackageGroupName=group)]
    response = create(store, spec, {**params, "ModelPackageVersion": max(versions, default=0) + 1}, output)
    _send_package_event(store, {"ModelPackageName": response["ModelPackageArn"]})
    return response


def _update_package(store: Store, params: Record, output: Any) -> Record:
    """Change a version; its approval is an event, too."""
    response = update(store, store.resources["ModelPackage"], params, output)
    _send_package_event(store, {"ModelPackageName": params["ModelPackageArn"]})
    return response


def _send_package_event(store: Store, key: Record) -> None:
    """https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html"""
    record = store.get(store.resources["ModelPackage"], key)
    times = {"CreationTime": record["@created"], "LastModifiedTime": record["@updated"]}
    detail = events.with_times({**record, **times, "ModelPackageArn": record["@arn"]}, events.iso)
    detail = {name: value for name, value in detail.items() if name != "CustomerMetadataProperties"}
    events.send(store, "SageMaker Model Package State Change", [record["@arn"]], detail)


HANDLERS: dict[tuple[str, str], OperationHandler] = {
    ("sagemaker", "CreateModel"): _create_model,
    ("sagemaker", "CreateEndpointConfig"): _create_endpoint_config,
    ("sagemaker", "CreateEndpoint"): _create_endpoint,
    ("sagemaker", "UpdateEndpoint"): _update_endpoint,
    ("sagemaker", "DeleteEndpoint"): _delete_endpoint,
    **components.HANDLERS,
    ("sagemaker", "CreateModelPackage"): _create_package,
    ("sagemaker", "UpdateModelPackage"): _update_package,
}
