"""Models at work: the registry, models, endpoints, pipelines. Rows, and what no row can tell.

Nothing is served and nothing runs: an endpoint is in service at once, a pipeline is a text.
https://docs.aws.amazon.com/sagemaker/latest/APIReference/
"""

import json
from collections.abc import Callable, Mapping
from typing import Any

from scripts.localaws.crud.operations import NAMED
from scripts.localaws.crud.resource_spec import ResourceSpec
from scripts.localaws.crud.serialization import Record, reply
from scripts.localaws.crud.store import Store
from scripts.localaws.services.sagemaker import components
from scripts.localaws.services.sagemaker.components import COMPONENTS, in_alarm, must_exist, refused

Particular = Callable[[Store, Record, Any], Record]
_PACKAGE = ("ModelPackageGroupName", "ModelPackageVersion")
_VARIANT = ("VariantName", "InitialInstanceCount", "InitialVariantWeight")
SERVING = (
    ResourceSpec("Model", ("ModelName",), "model/{ModelName}"),
    ResourceSpec("EndpointConfig", ("EndpointConfigName",), "endpoint-config/{EndpointConfigName}"),
    ResourceSpec("Endpoint", ("EndpointName",), "endpoint/{EndpointName}", {"EndpointStatus": "InService"}),
    *COMPONENTS,
    ResourceSpec("Pipeline", ("PipelineName",), "pipeline/{PipelineName}", {"PipelineStatus": "Active"}),
    ResourceSpec(
        "ModelPackageGroup",
        ("ModelPackageGroupName",),
        "model-package-group/{ModelPackageGroupName}",
        {"ModelPackageGroupStatus": "Completed"},
    ),
    ResourceSpec(
        "ModelPackage",
        _PACKAGE,
        "model-package/{ModelPackageGroupName}/{ModelPackageVersion}",
        {"ModelPackageStatus": "Completed", "ModelApprovalStatus": "PendingManualApproval"},
        parent="ModelPackageGroup",
        blocks=True,
    ),
)


def _known(noun: str, verb: str) -> Particular:
    """show, drop: what is absent is refused as a value that is not valid."""

    def act(at: Store, params: Record, output: Any) -> Record:
        must_exist(at, noun, params)
        return NAMED[verb](at, at.nouns[noun], params, output)

    return act


def _create_model(at: Store, params: Record, output: Any) -> Record:
    """A model made of a package needs it; the package says the image."""
    for container in [params.get("PrimaryContainer"), *params.get("Containers", ())]:
        package = (container or {}).get("ModelPackageName")
        if package and not any(package == it["@arn"] for it in at.all(at.nouns["ModelPackage"])):
            raise refused(f'Could not find model package "{package}".')
    return NAMED["make"](at, at.nouns["Model"], params, output)


def _create_config(at: Store, params: Record, output: Any) -> Record:
    for variant in params["ProductionVariants"]:
        if "ModelName" in variant:
            must_exist(at, "Model", variant)
        elif "ExecutionRoleArn" not in params:
            raise refused("A variant without a model is for inference components; ExecutionRoleArn is required.")
    return NAMED["make"](at, at.nouns["EndpointConfig"], params, output)


def _create_endpoint(at: Store, params: Record, output: Any) -> Record:
    config = must_exist(at, "EndpointConfig", params)
    first = {name: value for name, value in params.items() if name != "DeploymentConfig"}
    return NAMED["make"](at, at.nouns["Endpoint"], {**first, **_served(config, [])}, output)


def _update_endpoint(at: Store, params: Record, output: Any) -> Record:
    """The new fleet takes over, unless an alarm that guards the change is in alarm: then the old one stays.

    https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-configuration.html
    """
    noun, config = at.nouns["Endpoint"], must_exist(at, "EndpointConfig", params)
    record = must_exist(at, "Endpoint", params)
    kept = record["ProductionVariants"] if params.get("RetainAllVariantProperties") else []
    deployment = params.get("DeploymentConfig") or {}
    if in_alarm(at, deployment):
        return reply(output, noun, record)
    moved = {"EndpointName": params["EndpointName"], "EndpointConfigName": params["EndpointConfigName"]}
    record["LastDeploymentConfig"] = deployment or None
    return NAMED["change"](at, noun, {**moved, **_served(config, kept)}, output)


def _delete_endpoint(at: Store, params: Record, output: Any) -> Record:
    """Not while an inference component is on it."""
    must_exist(at, "Endpoint", params)
    if components.on(at, params["EndpointName"]):
        raise refused(f"Endpoint {params['EndpointName']} has inference components; delete them first.")
    return NAMED["drop"](at, at.nouns["Endpoint"], params, output)


def _served(config: Record, kept: list[Record]) -> Record:
    """What DescribeEndpoint tells of the fleet; a kept variant keeps its number of instances."""
    counts = {it["VariantName"]: it["CurrentInstanceCount"] for it in kept}
    variants = [_variant(it, counts) for it in config["ProductionVariants"]]
    captured = config.get("DataCaptureConfig") or {}
    names = ("EnableCapture", "DestinationS3Uri", "KmsKeyId")
    told = {name: captured[name] for name in names if name in captured}
    if not captured:
        return {"ProductionVariants": variants}
    told |= {"CaptureStatus": "Started", "CurrentSamplingPercentage": captured["InitialSamplingPercentage"]}
    return {"ProductionVariants": variants, "DataCaptureConfig": told}


def _variant(variant: Record, counts: Mapping[str, int]) -> Record:
    name, first, weight = (variant.get(key) for key in _VARIANT)
    count = counts.get(str(name), first)
    weights = {"CurrentWeight": weight or 1.0, "DesiredWeight": weight or 1.0}
    return {"VariantName": name, **weights, "CurrentInstanceCount": count, "DesiredInstanceCount": count}


def _pipeline(verb: str) -> Particular:
    """The definition must be a definition.

    https://aws-sagemaker-mlops.github.io/sagemaker-model-building-pipeline-definition-JSON-schema/
    """

    def act(at: Store, params: Record, output: Any) -> Record:
        if "PipelineDefinition" in params:
            _check_definition(params["PipelineDefinition"])
        return NAMED[verb](at, at.nouns["Pipeline"], params, output)

    return act


def _check_definition(text: str) -> None:
    try:
        found = json.loads(text)
    except json.JSONDecodeError:
        found = None
    if not isinstance(found, dict) or not {"Version", "Steps"} <= found.keys():
        raise refused("Unable to parse pipeline definition. It is no JSON object with Version and Steps.")


def _create_package(at: Store, params: Record, output: Any) -> Record:
    """Versions of a group count from one."""
    group = params.get("ModelPackageGroupName")
    if not group:
        raise refused("the embedded AWS holds versions of a ModelPackageGroupName only; see SUPPORTED.md")
    noun = at.nouns["ModelPackage"]
    number = max((it["ModelPackageVersion"] for it in at.all(noun, ModelPackageGroupName=group)), default=0) + 1
    return NAMED["make"](at, noun, {**params, "ModelPackageVersion": number}, output)


_HELD = ("Model", "EndpointConfig", "Endpoint", "InferenceComponent")
_FREE = ("Model", "EndpointConfig", "InferenceComponent")  # nothing keeps them from being deleted
PARTICULAR: dict[tuple[str, str], Particular] = {
    ("sagemaker", "CreateModel"): _create_model,
    ("sagemaker", "CreateEndpointConfig"): _create_config,
    ("sagemaker", "CreateEndpoint"): _create_endpoint,
    ("sagemaker", "UpdateEndpoint"): _update_endpoint,
    ("sagemaker", "DeleteEndpoint"): _delete_endpoint,
    **components.PARTICULAR,
    ("sagemaker", "CreatePipeline"): _pipeline("make"),
    ("sagemaker", "UpdatePipeline"): _pipeline("change"),
    ("sagemaker", "CreateModelPackage"): _create_package,
    **{("sagemaker", f"Describe{noun}"): _known(noun, "show") for noun in _HELD},
    **{("sagemaker", f"Delete{noun}"): _known(noun, "drop") for noun in _FREE},
}
