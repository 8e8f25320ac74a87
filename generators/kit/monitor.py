"""SageMaker Model Monitor: scheduled comparison of an endpoint's captured data with a baseline. Pure.

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
_MAX_SECONDS = 3300  # a job must end before the next one of an hourly schedule starts
_FOLDER = "/opt/ml/processing"
_IMAGES = {"DataQuality": "model_monitor", "ModelQuality": "model_monitor"}  # the other types use Clarify
_WITH_GROUND_TRUTH = ("ModelQuality", "ModelBias")  # they compare predictions with ground truth labels


@dataclass(frozen=True, slots=True)
class MonitorSettings:
    """Settings that all monitors of an endpoint share; `s3_prefix` is the S3 URI of baselines, labels and reports."""

    endpoint: Any
    s3_prefix: str
    role: Any
    network: dict[str, Any]


def monitor(
    t: Template,
    monitor_type: str,
    name: Any,
    settings: MonitorSettings,
    schedule: str,
    problem_type: Any = "",
    **attributes: str,
) -> list[AWSObject]:
    """The job definition and its schedule; `monitor_type`: DataQuality, ModelQuality, ModelBias or ModelExplainability.

    A definition is create-only: `name` must change with every change. Below `s3_prefix` the job reads
    baselines/<monitor_type> and labels, and writes reports/<monitor_type>.
    """
    key = contract(t, "spoke", "data_key_arn")
    definition = getattr(sm, f"{monitor_type}JobDefinition").from_dict(
        f"{monitor_type}Definition",
        {
            "JobDefinitionName": name,
            f"{monitor_type}AppSpecification": _application(t, monitor_type, settings, problem_type),
            f"{monitor_type}BaselineConfig": _baseline(monitor_type, settings),
            f"{monitor_type}JobInput": _input(monitor_type, settings),
            f"{monitor_type}JobOutputConfig": _output(monitor_type, settings, key),
            "JobResources": {"ClusterConfig": _cluster(key)},
            "RoleArn": settings.role,
            "StoppingCondition": {"MaxRuntimeInSeconds": _MAX_SECONDS},
        },
    )
    definition.NetworkConfig, definition.Tags = _network(settings.network), fixed_tags(t)
    definition.resource.update(attributes)
    return [definition, _schedule(t, monitor_type, name, schedule, attributes)]


def _schedule(
    t: Template, monitor_type: str, name: Any, schedule: str, attributes: dict[str, str]
) -> sm.MonitoringSchedule:
    config = sm.MonitoringScheduleConfig(
        MonitoringJobDefinitionName=name,
        MonitoringType=monitor_type,
        ScheduleConfig=sm.ScheduleConfig(ScheduleExpression=schedule),
    )
    return sm.MonitoringSchedule(
        f"{monitor_type}Schedule",
        MonitoringScheduleName=resource_name(to_kebab_case(monitor_type)),
        MonitoringScheduleConfig=config,
        Tags=tags(t),
        DependsOn=f"{monitor_type}Definition",
        **attributes,
    )


def _application(t: Template, monitor_type: str, settings: MonitorSettings, problem_type: Any) -> dict[str, Any]:
    image = contract(t, "hub", f"{_IMAGES.get(monitor_type, 'clarify')}_image_uri")
    if monitor_type == "ModelQuality":
        return {"ImageUri": image, "ProblemType": problem_type}
    if monitor_type == "DataQuality":
        return {"ImageUri": image}
    return {
        "ImageUri": image,
        "ConfigUri": _uri(settings, f"baselines/{to_kebab_case(monitor_type)}/analysis_config.json"),
    }


def _baseline(monitor_type: str, settings: MonitorSettings) -> dict[str, Any]:
    folder = f"baselines/{to_kebab_case(monitor_type)}"
    baseline = {"ConstraintsResource": {"S3Uri": _uri(settings, f"{folder}/constraints.json")}}
    if monitor_type == "DataQuality":
        baseline["StatisticsResource"] = {"S3Uri": _uri(settings, f"{folder}/statistics.json")}
    return baseline


def _input(monitor_type: str, settings: MonitorSettings) -> dict[str, Any]:
    """Labels arrive late: predictions of yesterday are compared today. The prediction is the first column."""
    endpoint = {"EndpointName": settings.endpoint, "LocalPath": f"{_FOLDER}/input/endpoint"}
    if monitor_type not in _WITH_GROUND_TRUTH:
        return {"EndpointInput": endpoint}
    yesterday = {"StartTimeOffset": "-P2D", "EndTimeOffset": "-P1D", "InferenceAttribute": "0"}
    return {"EndpointInput": endpoint | yesterday, "GroundTruthS3Input": {"S3Uri": _uri(settings, "labels")}}


def _output(monitor_type: str, settings: MonitorSettings, key: Any) -> dict[str, Any]:
    uri = _uri(settings, f"reports/{to_kebab_case(monitor_type)}")
    report = {"LocalPath": f"{_FOLDER}/output", "S3Uri": uri, "S3UploadMode": "EndOfJob"}
    return {"KmsKeyId": key, "MonitoringOutputs": [{"S3Output": report}]}


def _cluster(key: Any) -> dict[str, Any]:
    return {"InstanceCount": 1, "InstanceType": _INSTANCE, "VolumeSizeInGB": 20, "VolumeKmsKeyId": key}


def _network(network: dict[str, Any]) -> sm.NetworkConfig:
    return sm.NetworkConfig(
        EnableNetworkIsolation=True,
        EnableInterContainerTrafficEncryption=True,
        VpcConfig=sm.VpcConfig(**network),
    )


def _uri(settings: MonitorSettings, key: str) -> Sub:
    return Sub(f"{settings.s3_prefix}/{key}")
