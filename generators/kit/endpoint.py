"""A model behind an endpoint: what runs, how versions change places, what brings the old one back, how it grows. Pure.

https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-blue-green.html
"""

from __future__ import annotations

from typing import Any

from troposphere import AWSObject, Join, Ref, Sub, Template
from troposphere import applicationautoscaling as scaling
from troposphere import sagemaker as sm

from generators.kit.alarm import ENDPOINT, alarm
from generators.kit.logs import log_group
from generators.kit.ssm_input import contract
from generators.kit.tags import tags

INSTANCE = "ml.m5.xlarge"
VARIANT = "AllTraffic"
_GUARDS = ("EndpointErrors", "EndpointLatency")
STEP = 300  # seconds that each step of the traffic is watched
LONGEST = 7200  # seconds for a change of versions
_METRIC = "SageMakerVariantInvocationsPerInstance"


class _DataCapture(sm.DataCaptureConfig):
    """As the endpoint configuration takes it: troposphere keeps only the transform job's property of the same name."""

    props = {
        "CaptureOptions": ([sm.CaptureOption], True),
        "DestinationS3Uri": (str, True),
        "EnableCapture": (bool, False),
        "InitialSamplingPercentage": (int, True),
        "KmsKeyId": (str, False),
    }


def endpoint_config(t: Template, name: Any, model: Any, least: Any, capture: Any, **more: Any) -> sm.EndpointConfig:
    """One variant of `least` instances; every question and answer goes to the S3 address `capture`, for the monitors.

    All of it is create-only: `name` must change with whatever changes.
    """
    variant = sm.ProductionVariant(
        VariantName=VARIANT,
        ModelName=model,
        InstanceType=INSTANCE,
        InitialInstanceCount=least,
        InitialVariantWeight=1,
    )
    return sm.EndpointConfig(
        "EndpointConfig",
        EndpointConfigName=name,
        Tags=tags(t),
        ProductionVariants=[variant],
        KmsKeyId=contract(t, "spoke", "data_key_arn"),
        DataCaptureConfig=data_capture_config(t, capture),
        **more,
    )


def data_capture_config(t: Template, place: Any) -> sm.DataCaptureConfig:
    """Every question and answer goes to the S3 address `place`, under the account's key."""
    return _DataCapture(
        EnableCapture=True,
        InitialSamplingPercentage=100,
        DestinationS3Uri=place,
        KmsKeyId=contract(t, "spoke", "data_key_arn"),
        CaptureOptions=[sm.CaptureOption(CaptureMode=mode) for mode in ("Input", "Output")],
    )


def endpoint(t: Template, name: Any, config: Any, traffic: Any, **more: Any) -> list[AWSObject]:
    """The endpoint, its log group (SageMaker makes one without a key), the alarms that bring the old version back."""
    condition = {"Condition": more["Condition"]} if "Condition" in more else {}
    logs = log_group(t, "EndpointLogs", Join("", ["/aws/sagemaker/Endpoints/", name]))
    logs.resource.update(condition)
    alive = sm.Endpoint(
        "Endpoint",
        EndpointName=name,
        EndpointConfigName=config,
        RetainAllVariantProperties=True,  # what is scaled out stays scaled out when a version moves
        DeploymentConfig=_deployment(traffic),
        Tags=tags(t),
        DependsOn=["EndpointConfig", "EndpointLogs"],
        **more,
    )
    return [logs, *_guards(t, name, condition), alive]


def canary() -> sm.TrafficRoutingConfig:
    """A tenth of the fleet first, then the rest."""
    return _traffic("CANARY", CanarySize=_share(10))


def linear() -> sm.TrafficRoutingConfig:
    """A quarter after the other."""
    return _traffic("LINEAR", LinearStepSize=_share(25))


def all_at_once() -> sm.TrafficRoutingConfig:
    """The whole fleet, then watched."""
    return _traffic("ALL_AT_ONCE")


def endpoint_scaling(t: Template, name: Any, least: Any, most: Any, **more: Any) -> list[AWSObject]:
    """As many instances as the traffic needs, from `least` to `most`.

    https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-auto-scaling.html
    """
    target = scaling.ScalableTarget(
        "Instances",
        ServiceNamespace="sagemaker",
        ScalableDimension="sagemaker:variant:DesiredInstanceCount",
        ResourceId=Sub(f"endpoint/${{Endpoint.EndpointName}}/variant/{VARIANT}"),
        MinCapacity=least,
        MaxCapacity=most,
        Tags=tags(t),
        **more,
    )
    policy = scaling.ScalingPolicy(
        "Scaling",
        PolicyName=name,
        PolicyType="TargetTrackingScaling",
        ScalingTargetId=Ref(target),
        TargetTrackingScalingPolicyConfiguration=target_tracking(_METRIC),
        **more,
    )
    return [target, policy]


def target_tracking(metric: str) -> scaling.TargetTrackingScalingPolicyConfiguration:
    """As many as it takes for `metric` to stay at 600 questions a minute for each."""
    return scaling.TargetTrackingScalingPolicyConfiguration(
        PredefinedMetricSpecification=scaling.PredefinedMetricSpecification(PredefinedMetricType=metric),
        TargetValue=600,
        ScaleInCooldown=600,
        ScaleOutCooldown=60,
    )


def _deployment(traffic: Any) -> sm.DeploymentConfig:
    policy = sm.BlueGreenUpdatePolicy(
        MaximumExecutionTimeoutInSeconds=LONGEST,
        TerminationWaitInSeconds=STEP,
        TrafficRoutingConfiguration=traffic,
    )
    alarms = [sm.Alarm(AlarmName=Ref(title)) for title in _GUARDS]
    return sm.DeploymentConfig(
        AutoRollbackConfiguration=sm.AutoRollbackConfig(Alarms=alarms), BlueGreenUpdatePolicy=policy
    )


def _traffic(kind: str, **step: Any) -> sm.TrafficRoutingConfig:
    return sm.TrafficRoutingConfig(Type=kind, WaitIntervalInSeconds=STEP, **step)


def _share(percent: int) -> sm.CapacitySize:
    return sm.CapacitySize(Type="CAPACITY_PERCENT", Value=percent)


def _guards(t: Template, name: Any, more: dict[str, Any]) -> list[AWSObject]:
    return rollback_alarms(t, _GUARDS, {"EndpointName": name, "VariantName": VARIANT}, **more)


def rollback_alarms(t: Template, titles: tuple[str, str], where: dict[str, Any], **more: Any) -> list[AWSObject]:
    """The alarms, by their titles, that bring an old version back: errors, and answers that are slow."""
    often = {"Statistic": "Average", **ENDPOINT, **more}
    errors, slow = titles
    return [
        alarm(t, errors, "More than 5 % of answers are errors", "Invocation5XXErrors", where, Threshold=0.05, **often),
        # microseconds
        alarm(t, slow, "Answers take more than 10 seconds", "ModelLatency", where, Threshold=10_000_000, **often),
    ]
