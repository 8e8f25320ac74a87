"""SageMaker endpoints: configuration, blue/green deployment, rollback alarms, scaling. Pure.

https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-blue-green.html
"""

from __future__ import annotations

from typing import Any

from troposphere import AWSObject, Join, Ref, Sub, Template
from troposphere import applicationautoscaling as scaling
from troposphere import sagemaker as sm

from generators.kit.alarm import ENDPOINT_METRIC, alarm
from generators.kit.logs import log_group
from generators.kit.ssm_input import contract
from generators.kit.tags import tags

INSTANCE = "ml.m5.xlarge"
VARIANT = "AllTraffic"
_ROLLBACK_ALARMS = ("EndpointErrors", "EndpointLatency")
WAIT_SECONDS = 300  # after each step of the traffic
MAX_DEPLOYMENT_SECONDS = 7200
_MAX_LATENCY = 10_000_000  # microseconds
_METRIC = "SageMakerVariantInvocationsPerInstance"


class _DataCapture(sm.DataCaptureConfig):
    """DataCaptureConfig of an endpoint; troposphere has only the property of a batch transform with the same name."""

    props = {
        "CaptureOptions": ([sm.CaptureOption], True),
        "DestinationS3Uri": (str, True),
        "EnableCapture": (bool, False),
        "InitialSamplingPercentage": (int, True),
        "KmsKeyId": (str, False),
    }


def endpoint_config(
    t: Template, name: Any, model: Any, instances: Any, capture_uri: Any, **attributes: Any
) -> sm.EndpointConfig:
    """A configuration with one variant; requests and responses are captured below the S3 URI `capture_uri`.

    All properties are create-only: `name` must change with every change.
    """
    variant = sm.ProductionVariant(
        VariantName=VARIANT,
        ModelName=model,
        InstanceType=INSTANCE,
        InitialInstanceCount=instances,
        InitialVariantWeight=1,
    )
    return sm.EndpointConfig(
        "EndpointConfig",
        EndpointConfigName=name,
        Tags=tags(t),
        ProductionVariants=[variant],
        KmsKeyId=contract(t, "spoke", "data_key_arn"),
        DataCaptureConfig=data_capture_config(t, capture_uri),
        **attributes,
    )


def data_capture_config(t: Template, capture_uri: Any) -> sm.DataCaptureConfig:
    """Captures all requests and responses below the S3 URI `capture_uri`, under the account's key."""
    return _DataCapture(
        EnableCapture=True,
        InitialSamplingPercentage=100,
        DestinationS3Uri=capture_uri,
        KmsKeyId=contract(t, "spoke", "data_key_arn"),
        CaptureOptions=[sm.CaptureOption(CaptureMode=mode) for mode in ("Input", "Output")],
    )


def endpoint(t: Template, name: Any, config: Any, traffic: Any, **attributes: Any) -> list[AWSObject]:
    """The endpoint, its log group (SageMaker creates one without a key), and the alarms that roll a deployment back."""
    condition = {"Condition": attributes["Condition"]} if "Condition" in attributes else {}
    logs = log_group(t, "EndpointLogs", Join("", ["/aws/sagemaker/Endpoints/", name]))
    logs.resource.update(condition)
    resource = sm.Endpoint(
        "Endpoint",
        EndpointName=name,
        EndpointConfigName=config,
        RetainAllVariantProperties=True,  # keep the current number of instances
        DeploymentConfig=_deployment(traffic),
        Tags=tags(t),
        DependsOn=["EndpointConfig", "EndpointLogs"],
        **attributes,
    )
    return [logs, *_endpoint_alarms(t, name, condition), resource]


def canary() -> sm.TrafficRoutingConfig:
    """Shift traffic to one instance first, then to the rest; the fleet has at least two.

    The first step takes at most half of the fleet: API_TrafficRoutingConfig.
    """
    return _traffic("CANARY", CanarySize=sm.CapacitySize(Type="INSTANCE_COUNT", Value=1))


def linear() -> sm.TrafficRoutingConfig:
    """Shift traffic in two steps; the fleet has at least two instances.

    A step takes 10 to 50 % of the fleet, which of two instances is one: API_TrafficRoutingConfig.
    """
    return _traffic("LINEAR", LinearStepSize=sm.CapacitySize(Type="CAPACITY_PERCENT", Value=50))


def all_at_once() -> sm.TrafficRoutingConfig:
    """Shift all traffic at once."""
    return _traffic("ALL_AT_ONCE")


def endpoint_scaling(t: Template, name: Any, minimum: Any, maximum: Any, **attributes: Any) -> list[AWSObject]:
    """Scaling by traffic, from `minimum` to `maximum` instances.

    https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-auto-scaling.html
    """
    target = scaling.ScalableTarget(
        "Instances",
        ServiceNamespace="sagemaker",
        ScalableDimension="sagemaker:variant:DesiredInstanceCount",
        ResourceId=Sub(f"endpoint/${{Endpoint.EndpointName}}/variant/{VARIANT}"),
        MinCapacity=minimum,
        MaxCapacity=maximum,
        Tags=tags(t),
        **attributes,
    )
    policy = scaling.ScalingPolicy(
        "Scaling",
        PolicyName=name,
        PolicyType="TargetTrackingScaling",
        ScalingTargetId=Ref(target),
        TargetTrackingScalingPolicyConfiguration=target_tracking(_METRIC),
        **attributes,
    )
    return [target, policy]


def target_tracking(metric: str) -> scaling.TargetTrackingScalingPolicyConfiguration:
    """Target tracking of `metric` at 600 invocations a minute for each instance or copy."""
    return scaling.TargetTrackingScalingPolicyConfiguration(
        PredefinedMetricSpecification=scaling.PredefinedMetricSpecification(PredefinedMetricType=metric),
        TargetValue=600,
        ScaleInCooldown=600,
        ScaleOutCooldown=60,
    )


def _deployment(traffic: Any) -> sm.DeploymentConfig:
    policy = sm.BlueGreenUpdatePolicy(
        MaximumExecutionTimeoutInSeconds=MAX_DEPLOYMENT_SECONDS,
        TerminationWaitInSeconds=WAIT_SECONDS,
        TrafficRoutingConfiguration=traffic,
    )
    alarms = [sm.Alarm(AlarmName=Ref(title)) for title in _ROLLBACK_ALARMS]
    return sm.DeploymentConfig(
        AutoRollbackConfiguration=sm.AutoRollbackConfig(Alarms=alarms), BlueGreenUpdatePolicy=policy
    )


def _traffic(routing_type: str, **step: Any) -> sm.TrafficRoutingConfig:
    return sm.TrafficRoutingConfig(Type=routing_type, WaitIntervalInSeconds=WAIT_SECONDS, **step)


def _endpoint_alarms(t: Template, name: Any, condition: dict[str, Any]) -> list[AWSObject]:
    return rollback_alarms(t, _ROLLBACK_ALARMS, {"EndpointName": name, "VariantName": VARIANT}, **condition)


def rollback_alarms(
    t: Template, titles: tuple[str, str], dimensions: dict[str, Any], **attributes: Any
) -> list[AWSObject]:
    """Alarms on errors and on latency, with these titles, that roll a deployment back."""
    properties = {"Statistic": "Average", **ENDPOINT_METRIC, **attributes}
    errors, latency = titles
    return [
        alarm(
            t,
            errors,
            "More than 5 % of answers are errors",
            "Invocation5XXErrors",
            dimensions,
            Threshold=0.05,
            **properties,
        ),
        alarm(
            t,
            latency,
            "Answers take more than 10 seconds",
            "ModelLatency",
            dimensions,
            Threshold=_MAX_LATENCY,
            **properties,
        ),
    ]
