"""SageMaker resources and pipeline steps that run containers, and the property paths of their settings. Pure.

Pipeline steps are JSON inside a string, so each step is read as a resource of its own.
https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-steps-types.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from generators.cloudformation.intrinsics import function_call
from generators.rules._property_values import Path, PropertyValue, is_intrinsic, literal_text, property_values
from generators.rules._template import Resource


@dataclass(frozen=True, slots=True)
class JobProperties:
    """Property paths of the settings of a job type; "" or () where the type has no such setting."""

    isolation: str = ""
    traffic: str = ""
    network: str = ""
    keys: tuple[str, ...] = ()
    images: tuple[str, ...] = ()

    def below(self, prefix: str) -> JobProperties:
        """The same settings below another property."""
        singles = (self.isolation, self.traffic, self.network)
        isolation, traffic, network = (f"{prefix}.{path}" if path else "" for path in singles)
        keys, images = (tuple(f"{prefix}.{path}" for path in paths) for paths in (self.keys, self.images))
        return JobProperties(isolation, traffic, network, keys, images)


def _network_config(*keys: str, image: str) -> JobProperties:
    isolation, traffic = "NetworkConfig.EnableNetworkIsolation", "NetworkConfig.EnableInterContainerTrafficEncryption"
    return JobProperties(isolation, traffic, "NetworkConfig.VpcConfig", keys, (image,))


def _monitor(monitor_type: str) -> JobProperties:
    keys = ("JobResources.ClusterConfig.VolumeKmsKeyId", f"{monitor_type}JobOutputConfig.KmsKeyId")
    return _network_config(*keys, image=f"{monitor_type}AppSpecification.ImageUri")


_SCHEDULED = "MonitoringScheduleConfig.MonitoringJobDefinition"
_SCHEDULE = _network_config(
    "MonitoringResources.ClusterConfig.VolumeKmsKeyId",
    "MonitoringOutputConfig.KmsKeyId",
    image="MonitoringAppSpecification.ImageUri",
)
_MODEL = JobProperties(
    isolation="EnableNetworkIsolation", network="VpcConfig", images=("PrimaryContainer.Image", "Containers.*.Image")
)
_PROCESSING = _network_config(
    "ProcessingResources.ClusterConfig.VolumeKmsKeyId",
    "ProcessingOutputConfig.KmsKeyId",
    image="AppSpecification.ImageUri",
)
_TRAINING = JobProperties(
    "EnableNetworkIsolation",
    "EnableInterContainerTrafficEncryption",
    "VpcConfig",
    ("ResourceConfig.VolumeKmsKeyId", "OutputDataConfig.KmsKeyId"),
    ("AlgorithmSpecification.TrainingImage",),
)
# An endpoint configuration without models sets the network of its inference components.
# https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateEndpointConfig.html
_ENDPOINT = JobProperties(isolation="EnableNetworkIsolation", network="VpcConfig")
_COMPONENT = JobProperties(images=("Specification.Container.Image", "Specifications.*.Container.Image"))
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
# A transform runs in the network of its model; the other types without settings run no container of ours.
STEPS = {
    "Callback": JobProperties(),
    "ClarifyCheck": _PROCESSING,
    "Condition": JobProperties(),
    "EMR": JobProperties(),
    "Fail": JobProperties(),
    "Lambda": JobProperties(),
    "Model": _MODEL,
    "Processing": _PROCESSING,
    "QualityCheck": _PROCESSING,
    "RegisterModel": JobProperties(images=("InferenceSpecification.Containers.*.Image",)),
    "Training": _TRAINING,
    "Transform": JobProperties(keys=("TransformResources.VolumeKmsKeyId", "TransformOutput.KmsKeyId")),
    "Tuning": _TRAINING.below("TrainingJobDefinition"),
}
PIPELINE = "AWS::SageMaker::Pipeline"
TYPES = (*RESOURCES, PIPELINE)
_BODY = "PipelineDefinition.PipelineDefinitionBody"
_VARIABLE = re.compile(r"\$\{([^!}]+)\}")


@dataclass(frozen=True, slots=True)
class Job:
    """A resource or a pipeline step that runs a container; `path` is the path of the pipeline definition of a step."""

    raw: Resource
    properties: JobProperties
    step: str = ""
    path: Path = ()

    def at(self, property_path: str) -> Iterator[PropertyValue]:
        """Values at a path; those of a step have the path of the pipeline definition."""
        props = self.raw.at(property_path) if property_path else iter(())
        return (replace(prop, path=self.path) if self.path else prop for prop in props)

    def label(self, property_path: str) -> str:
        """The setting's name for a message."""
        name = property_path.split(".")[-1]
        return f"{name} of the step {self.step}" if self.step else name


def jobs(resource: Resource) -> Iterator[Job | PropertyValue]:
    """The jobs that a resource describes; a PropertyValue where a pipeline or a step cannot be read."""
    if resource.type == PIPELINE:
        yield from _pipeline(resource)
    elif _has_own_settings(resource):
        yield Job(resource, RESOURCES[resource.type])


def _has_own_settings(resource: Resource) -> bool:
    """False where another resource has the settings: a job definition, or the models of an endpoint."""
    if resource.type == "AWS::SageMaker::MonitoringSchedule":
        return resource.has(_SCHEDULED)
    if resource.type == "AWS::SageMaker::EndpointConfig":
        return any(prop.missing or not prop.reached for prop in resource.at("ProductionVariants.*.ModelName"))
    return True


def _pipeline(resource: Resource) -> Iterator[Job | PropertyValue]:
    for prop in resource.at(_BODY):
        definition = _definition(prop.value)
        if definition is None:
            yield PropertyValue(prop.path, prop.value, reached=False, obstacle=_obstacle(prop.value))
        else:
            yield from _steps(definition.get("Steps"), prop.path)


def _obstacle(body: Any) -> str:
    """The obstacle to reading a definition; "" for an intrinsic function, which names itself."""
    if is_intrinsic(body) and literal_text(body) is None:
        return ""
    return f"a definition {'outside of the template' if body is None else 'that is not JSON'}"


def _definition(body: Any) -> Mapping[str, Any] | None:
    """The definition, with its variables replaced by intrinsic functions; None when it cannot be read."""
    match function_call(body):
        case "Fn::Sub", [_, Mapping() as variables]:
            pass
        case _:
            variables = {}
    try:
        definition = _resolved(json.loads(literal_text(body) or ""), variables)
    except (ValueError, RecursionError):  # a number or a nesting beyond what Python reads is no definition
        return None
    return definition if isinstance(definition, dict) else None


def _resolved(value: Any, variables: Mapping[str, Any]) -> Any:
    if isinstance(value, dict) and len(value) == 1 and next(iter(value)) in ("Get", "Std:Join"):
        return {f"Fn::{name}": inner for name, inner in value.items()}
    if isinstance(value, dict):
        return {key: _resolved(inner, variables) for key, inner in value.items()}
    if isinstance(value, list):
        return [_resolved(inner, variables) for inner in value]
    match = _VARIABLE.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        return {"Fn::Sub": value} if isinstance(value, str) and _VARIABLE.search(value) else value
    name = match[1]
    return variables.get(name, {"Fn::GetAtt": name.split(".")} if "." in name else {"Ref": name})


def _steps(steps: Any, path: Path) -> Iterator[Job | PropertyValue]:
    for prop in property_values(steps, "*", path):
        if prop.missing:
            continue
        step = PropertyValue(path, prop.value, prop.reached).properties()
        step_type, name, arguments = str(step.get("Type")), str(step.get("Name")), step.get("Arguments")
        if step_type not in STEPS:
            yield PropertyValue(path, step, reached=False, obstacle=f"a step of the type {step_type}")
        else:
            yield Job(Resource(name, {"Properties": arguments}), STEPS[step_type], name, path)
        if step_type == "Condition":
            for branch in ("IfSteps", "ElseSteps"):
                yield from _steps(PropertyValue(path, arguments).properties().get(branch), path)
