"""Model Monitor: one kind of look at what an endpoint answers, against a baseline, by the clock. Pure.

https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from troposphere import AWSObject, Sub, Template
from troposphere import sagemaker as sm

from generators.kit.names import resource_name, to_kebab_case
from generators.kit.ssm_input import contract
from generators.kit.tags import fixed_tags, tags

HOURLY, DAILY = "cron(0 * ? * * *)", "cron(0 0 ? * * *)"
_INSTANCE = "ml.m5.xlarge"
_LONGEST = 3300  # seconds; a job must end before the next one of an hourly schedule begins
_FOLDER = "/opt/ml/processing"
_IMAGES = {"DataQuality": "model_monitor", "ModelQuality": "model_monitor"}  # the others are Clarify's
_LABELLED = ("ModelQuality", "ModelBias")  # they compare answers with what came true


@dataclass(frozen=True, slots=True)
class MonitorSettings:
    """What all monitors of an endpoint share. `place` is the S3 address below which all of it lies."""

    endpoint: Any
    place: str
    role: Any
    network: dict[str, Any]


def monitor(
    t: Template, kind: str, name: Any, watch: MonitorSettings, times: str, problem: Any = "", **more: str
) -> list[AWSObject]:
    """The definition of the job and its schedule; kind: DataQuality, ModelQuality, ModelBias or ModelExplainability.

    A definition is create-only: `name` must change with whatever changes in it. The baseline is read from
    <place>/baselines/<kind>, labels from <place>/labels, reports are written to <place>/reports/<kind>.
    """
    key = contract(t, "spoke", "data_key_arn")
    definition = getattr(sm, f"{kind}JobDefinition").from_dict(
        f"{kind}Definition",
        {
            "JobDefinitionName": name,
            f"{kind}AppSpecification": _application(t, kind, watch, problem),
            f"{kind}BaselineConfig": _baseline(kind, watch),
            f"{kind}JobInput": _input(kind, watch),
            f"{kind}JobOutputConfig": _output(kind, watch, key),
            "JobResources": {"ClusterConfig": _cluster(key)},
            "RoleArn": watch.role,
            "StoppingCondition": {"MaxRuntimeInSeconds": _LONGEST},
        },
    )
    definition.NetworkConfig, definition.Tags = _isolated(watch.network), fixed_tags(t)
    definition.resource.update(more)
    return [definition, _schedule(t, kind, name, times, more)]


def _schedule(t: Template, kind: str, name: Any, times: str, more: dict[str, str]) -> sm.MonitoringSchedule:
    config = sm.MonitoringScheduleConfig(
        MonitoringJobDefinitionName=name,
        MonitoringType=kind,
        ScheduleConfig=sm.ScheduleConfig(ScheduleExpression=times),
    )
    return sm.MonitoringSchedule(
        f"{kind}Schedule",
        MonitoringScheduleName=resource_name(to_kebab_case(kind)),
        MonitoringScheduleConfig=config,
        Tags=tags(t),
        DependsOn=f"{kind}Definition",
        **more,
    )


def _application(t: Template, kind: str, watch: MonitorSettings, problem: Any) -> dict[str, Any]:
    image = contract(t, "hub", f"{_IMAGES.get(kind, 'clarify')}_image_uri")
    if kind == "ModelQuality":
        return {"ImageUri": image, "ProblemType": problem}
    if kind == "DataQuality":
        return {"ImageUri": image}
    return {"ImageUri": image, "ConfigUri": _address(watch, f"baselines/{to_kebab_case(kind)}/analysis_config.json")}


def _baseline(kind: str, watch: MonitorSettings) -> dict[str, Any]:
    folder = f"baselines/{to_kebab_case(kind)}"
    found = {"ConstraintsResource": {"S3Uri": _address(watch, f"{folder}/constraints.json")}}
    if kind == "DataQuality":
        found["StatisticsResource"] = {"S3Uri": _address(watch, f"{folder}/statistics.json")}
    return found


def _input(kind: str, watch: MonitorSettings) -> dict[str, Any]:
    """Labels come late: what was asked yesterday is compared today. The answer is the first column."""
    asked = {"EndpointName": watch.endpoint, "LocalPath": f"{_FOLDER}/input/endpoint"}
    if kind not in _LABELLED:
        return {"EndpointInput": asked}
    yesterday = {"StartTimeOffset": "-P2D", "EndTimeOffset": "-P1D", "InferenceAttribute": "0"}
    return {"EndpointInput": asked | yesterday, "GroundTruthS3Input": {"S3Uri": _address(watch, "labels")}}


def _output(kind: str, watch: MonitorSettings, key: Any) -> dict[str, Any]:
    place = _address(watch, f"reports/{to_kebab_case(kind)}")
    report = {"LocalPath": f"{_FOLDER}/output", "S3Uri": place, "S3UploadMode": "EndOfJob"}
    return {"KmsKeyId": key, "MonitoringOutputs": [{"S3Output": report}]}


def _cluster(key: Any) -> dict[str, Any]:
    return {"InstanceCount": 1, "InstanceType": _INSTANCE, "VolumeSizeInGB": 20, "VolumeKmsKeyId": key}


def _isolated(network: dict[str, Any]) -> sm.NetworkConfig:
    return sm.NetworkConfig(
        EnableNetworkIsolation=True,
        EnableInterContainerTrafficEncryption=True,
        VpcConfig=sm.VpcConfig(**network),
    )


def _address(watch: MonitorSettings, rest: str) -> Sub:
    return Sub(f"{watch.place}/{rest}")
