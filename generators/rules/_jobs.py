"""What runs a container in SageMaker, and where each kind says how: resources, and steps of a pipeline. Pure.

A pipeline's steps stand in a text, so they are read as if each were a resource of its own.
https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-steps-types.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from generators.cloudformation.intrinsics import function_call, sub_arguments
from generators.rules._property_values import Path, PropertyValue, is_intrinsic
from generators.rules._template import Resource


@dataclass(frozen=True, slots=True)
class Routes:
    """Where a kind keeps its settings; "" or () where the kind has no such setting."""

    isolation: str = ""
    traffic: str = ""
    network: str = ""
    keys: tuple[str, ...] = ()
    images: tuple[str, ...] = ()

    def below(self, prefix: str) -> Routes:
        """The same routes, below another property."""
        there = (self.isolation, self.traffic, self.network)
        isolation, traffic, network = (f"{prefix}.{route}" if route else "" for route in there)
        keys, images = (tuple(f"{prefix}.{route}" for route in routes) for routes in (self.keys, self.images))
        return Routes(isolation, traffic, network, keys, images)


def _network_config(*keys: str, image: str) -> Routes:
    isolation, traffic = "NetworkConfig.EnableNetworkIsolation", "NetworkConfig.EnableInterContainerTrafficEncryption"
    return Routes(isolation, traffic, "NetworkConfig.VpcConfig", keys, (image,))


def _monitor(kind: str) -> Routes:
    keys = ("JobResources.ClusterConfig.VolumeKmsKeyId", f"{kind}JobOutputConfig.KmsKeyId")
    return _network_config(*keys, image=f"{kind}AppSpecification.ImageUri")


_SCHEDULED = "MonitoringScheduleConfig.MonitoringJobDefinition"
_SCHEDULE = _network_config(
    "MonitoringResources.ClusterConfig.VolumeKmsKeyId",
    "MonitoringOutputConfig.KmsKeyId",
    image="MonitoringAppSpecification.ImageUri",
)
_MODEL = Routes(
    isolation="EnableNetworkIsolation", network="VpcConfig", images=("PrimaryContainer.Image", "Containers.*.Image")
)
_PROCESSING = _network_config(
    "ProcessingResources.ClusterConfig.VolumeKmsKeyId",
    "ProcessingOutputConfig.KmsKeyId",
    image="AppSpecification.ImageUri",
)
_TRAINING = Routes(
    "EnableNetworkIsolation",
    "EnableInterContainerTrafficEncryption",
    "VpcConfig",
    ("ResourceConfig.VolumeKmsKeyId", "OutputDataConfig.KmsKeyId"),
    ("AlgorithmSpecification.TrainingImage",),
)
# An endpoint whose variants bring no model says itself where its inference components run.
# https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateEndpointConfig.html
_ENDPOINT = Routes(isolation="EnableNetworkIsolation", network="VpcConfig")
_COMPONENT = Routes(images=("Specification.Container.Image", "Specifications.*.Container.Image"))
RESOURCES = {
    "AWS::SageMaker::DataQualityJobDefinition": _monitor("DataQuality"),
    "AWS::SageMaker::EndpointConfig": _ENDPOINT,
    "AWS::SageMaker::InferenceComponent": _COMPONENT,
    "AWS::SageMaker::Model": _MODEL,
    "AWS::SageMaker::ModelBiasJobDefinition": _monitor("ModelBias"),
    "AWS::SageMaker::ModelExplainabilityJobDefinition": _monitor("ModelExplainability"),
    "AWS::SageMaker::ModelQualityJobDefinition": _monitor("ModelQuality"),
    "AWS::SageMaker::MonitoringSchedule": _SCHEDULE.below(_SCHEDULED),
    "AWS::SageMaker::ProcessingJob": _PROCESSING,
}
# The model of a transform carries its network; the other empty ones run no container of ours.
STEPS = {
    "Callback": Routes(),
    "ClarifyCheck": _PROCESSING,
    "Condition": Routes(),
    "EMR": Routes(),
    "Fail": Routes(),
    "Lambda": Routes(),
    "Model": _MODEL,
    "Processing": _PROCESSING,
    "QualityCheck": _PROCESSING,
    "RegisterModel": Routes(images=("InferenceSpecification.Containers.*.Image",)),
    "Training": _TRAINING,
    "Transform": Routes(keys=("TransformResources.VolumeKmsKeyId", "TransformOutput.KmsKeyId")),
    "Tuning": _TRAINING.below("TrainingJobDefinition"),
}
PIPELINE = "AWS::SageMaker::Pipeline"
TYPES = (*RESOURCES, PIPELINE)
_BODY = "PipelineDefinition.PipelineDefinitionBody"
_VARIABLE = re.compile(r"\$\{([^!}]+)\}")


@dataclass(frozen=True, slots=True)
class Job:
    """Something that runs a container. `path` is where a step's whole text stands."""

    raw: Resource
    routes: Routes
    step: str = ""
    path: Path = ()

    def at(self, route: str) -> Iterator[PropertyValue]:
        """Places below the settings; those of a step are all where the pipeline's definition is."""
        found = self.raw.at(route) if route else iter(())
        return (replace(place, path=self.path) if self.path else place for place in found)

    def named(self, setting: str) -> str:
        """The setting as a message names it."""
        name = setting.split(".")[-1]
        return f"{name} of the step {self.step}" if self.step else name


def jobs(resource: Resource) -> Iterator[Job | PropertyValue]:
    """The jobs that a resource describes; a Place where a pipeline or a step cannot be read."""
    if resource.type == PIPELINE:
        yield from _pipeline(resource)
    elif _brings_its_own(resource):
        yield Job(resource, RESOURCES[resource.type])


def _brings_its_own(resource: Resource) -> bool:
    """False where another resource says how the container runs: a job definition, or the models of an endpoint."""
    if resource.type == "AWS::SageMaker::MonitoringSchedule":
        return resource.has(_SCHEDULED)
    if resource.type == "AWS::SageMaker::EndpointConfig":
        return any(place.missing for place in resource.at("ProductionVariants.*.ModelName"))
    return True


def _pipeline(resource: Resource) -> Iterator[Job | PropertyValue]:
    for place in resource.at(_BODY):
        definition = _definition(place.value)
        if definition is None:
            yield PropertyValue(place.path, _unread(place.value), reached=False)
        else:
            yield from _steps(definition.get("Steps", []), place.path)


def _unread(body: Any) -> Mapping[str, Any]:
    """What stands in the way of the definition, as a message shows it."""
    if is_intrinsic(body):
        return dict(body)
    return {"a definition": "outside of the template" if body is None else "that is not JSON"}


def _definition(body: Any) -> Mapping[str, Any] | None:
    """The definition with intrinsic functions where the text names something of the template or of a run."""
    call = function_call(body)
    text, variables = sub_arguments(call[1]) if call and call[0] == "Fn::Sub" else (body, {})
    try:
        found = _resolved(json.loads(text), variables) if isinstance(text, str) else None
    except json.JSONDecodeError:
        return None
    return found if isinstance(found, dict) else None


def _resolved(value: Any, variables: Mapping[str, Any]) -> Any:
    if isinstance(value, dict) and len(value) == 1 and next(iter(value)) in ("Get", "Std:Join"):
        return {f"Fn::{name}": inner for name, inner in value.items()}
    if isinstance(value, dict):
        return {key: _resolved(inner, variables) for key, inner in value.items()}
    if isinstance(value, list):
        return [_resolved(inner, variables) for inner in value]
    named = _VARIABLE.fullmatch(value) if isinstance(value, str) else None
    if named is None:
        return {"Fn::Sub": value} if isinstance(value, str) and _VARIABLE.search(value) else value
    name = named[1]
    return variables.get(name, {"Fn::GetAtt": name.split(".")} if "." in name else {"Ref": name})


def _steps(steps: Any, path: Path) -> Iterator[Job | PropertyValue]:
    for step in steps if isinstance(steps, list) else ():
        kind, arguments = str(step.get("Type")), step.get("Arguments", {})
        if kind not in STEPS:
            yield PropertyValue(path, {"a step of the type": kind}, reached=False)
        else:
            yield Job(Resource(str(step.get("Name")), {"Properties": arguments}), STEPS[kind], str(step["Name"]), path)
        if kind == "Condition":
            for branch in ("IfSteps", "ElseSteps"):
                yield from _steps(arguments.get(branch, []), path)
