"""Inference components on an endpoint that scales to zero instances. Pure.

They run in the VPC, isolated and under the account's key, which serverless variants cannot: docs/adr/0007.
https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-auto-scaling-zero-instances.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from troposphere import AWSObject, If, Join, NoValue, Ref, Template
from troposphere import applicationautoscaling as scaling
from troposphere import sagemaker as sm

from generators.kit.alarm import alarm
from generators.kit.endpoint import (
    INSTANCE,
    MAX_DEPLOYMENT_SECONDS,
    VARIANT,
    WAIT_SECONDS,
    data_capture_config,
    rollback_alarms,
    target_tracking,
)
from generators.kit.logs import log_group
from generators.kit.ssm_input import contract
from generators.kit.tags import tags

_ROLLBACK_ALARMS = ("ComponentErrors", "ComponentLatency")
_METRIC = "SageMakerInferenceComponentInvocationsPerCopy"
_MAX_INSTANCES = 20  # the user's limit applies to copies, because a configuration cannot change
# More than half of an instance (4 CPUs, 16 GiB), so that each copy has an instance of its own.
_COPY_RESOURCES = {"NumberOfCpuCoresRequired": 3, "MinMemoryRequiredInMb": 10240}


@dataclass(frozen=True, slots=True)
class CopyCounts:
    """Numbers of copies of the model; each copy has an instance of its own."""

    initial: Any
    minimum: Any
    maximum: Any


def component_config(
    t: Template, name: Any, role: Any, network: dict[str, Any], copies: CopyCounts, capture_uri: Any, **attributes: Any
) -> sm.EndpointConfig:
    """An endpoint configuration for inference components, without a model. `network` is a VpcConfig.

    All properties are create-only: `name` must change with every change.
    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ProductionVariantManagedInstanceScaling.html
    """
    scaling_range = sm.ManagedInstanceScaling(
        Status="ENABLED", MinInstanceCount=copies.minimum, MaxInstanceCount=_MAX_INSTANCES
    )
    variant = sm.ProductionVariant(
        VariantName=VARIANT,
        InstanceType=INSTANCE,
        InitialInstanceCount=copies.initial,
        ManagedInstanceScaling=scaling_range,
        RoutingConfig=sm.RoutingConfig(RoutingStrategy="LEAST_OUTSTANDING_REQUESTS"),
    )
    return sm.EndpointConfig(
        "ComponentConfig",
        EndpointConfigName=name,
        ProductionVariants=[variant],
        ExecutionRoleArn=role,
        EnableNetworkIsolation=True,
        VpcConfig=sm.VpcConfig(**network),
        KmsKeyId=contract(t, "spoke", "data_key_arn"),
        DataCaptureConfig=data_capture_config(t, capture_uri),
        Tags=tags(t),
        **attributes,
    )


def component(
    t: Template, name: Any, config: Any, model: Any, copies: CopyCounts, rolls: str, **attributes: Any
) -> list[AWSObject]:
    """The endpoint and the component on it, both called `name`, a log group, and rollback alarms.

    Under the condition `rolls`, with at least two copies, a deployment of another `model` replaces one copy after the
    other: a step takes 5 to 50 % of the copies.
    https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-rolling.html
    """
    logs = log_group(t, "ComponentLogs", Join("", ["/aws/sagemaker/InferenceComponents/", name]))
    logs.resource.update(attributes)
    endpoint = sm.Endpoint(
        "ComponentEndpoint",
        EndpointName=name,
        EndpointConfigName=config,
        Tags=tags(t),
        DependsOn="ComponentConfig",
        **attributes,
    )
    requirements = sm.InferenceComponentComputeResourceRequirements(**_COPY_RESOURCES)
    resource = sm.InferenceComponent(
        "Component",
        InferenceComponentName=name,
        EndpointName=name,
        VariantName=VARIANT,
        Specification=sm.InferenceComponentSpecification(ModelName=model, ComputeResourceRequirements=requirements),
        RuntimeConfig=sm.InferenceComponentRuntimeConfig(CopyCount=copies.initial),
        DeploymentConfig=If(rolls, _deployment(), NoValue),
        Tags=tags(t),
        DependsOn=["ComponentEndpoint", "ComponentLogs"],
        **attributes,
    )
    return [
        logs,
        endpoint,
        *rollback_alarms(t, _ROLLBACK_ALARMS, {"InferenceComponentName": name}, **attributes),
        resource,
    ]


def component_scaling(t: Template, name: Any, copies: CopyCounts, **attributes: Any) -> list[AWSObject]:
    """Scaling by traffic from minimum to maximum; a request without a running copy starts the first one.

    `name` is the component's. Requests fail until that copy runs, which takes minutes.
    """
    target = scaling.ScalableTarget(
        "Copies",
        ServiceNamespace="sagemaker",
        ScalableDimension="sagemaker:inference-component:DesiredCopyCount",
        ResourceId=Join("/", ["inference-component", name]),
        MinCapacity=copies.minimum,
        MaxCapacity=copies.maximum,
        Tags=tags(t),
        DependsOn="Component",
        **attributes,
    )
    traffic = _policy("CopiesByTraffic", target, "TargetTrackingScaling", name, **attributes)
    traffic.TargetTrackingScalingPolicyConfiguration = target_tracking(_METRIC)
    first_copy = _policy("FirstCopy", target, "StepScaling", name, **attributes)
    first_copy.StepScalingPolicyConfiguration = _add_one_copy()
    no_capacity = alarm(
        t,
        "AskedInVain",
        "A question found no copy of the model",
        "NoCapacityInvocationFailures",
        {"InferenceComponentName": name},
        Namespace="AWS/SageMaker",
        Statistic="Maximum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=0,
        AlarmActions=[Ref(first_copy)],
        **attributes,
    )
    return [target, traffic, first_copy, no_capacity]


def _policy(title: str, target: Any, policy_type: str, name: Any, **attributes: Any) -> scaling.ScalingPolicy:
    """A scaling policy; its type is part of its name, since the component has two."""
    policy_name = Join("-", [name, policy_type])
    return scaling.ScalingPolicy(
        title, PolicyName=policy_name, PolicyType=policy_type, ScalingTargetId=Ref(target), **attributes
    )


def _add_one_copy() -> scaling.StepScalingPolicyConfiguration:
    step = scaling.StepAdjustment(MetricIntervalLowerBound=0, ScalingAdjustment=1)
    return scaling.StepScalingPolicyConfiguration(
        AdjustmentType="ChangeInCapacity", MetricAggregationType="Maximum", Cooldown=60, StepAdjustments=[step]
    )


def _deployment() -> sm.InferenceComponentDeploymentConfig:
    """A rolling update of one copy after the other, with rollback alarms."""
    one_copy = sm.InferenceComponentCapacitySize(Type="COPY_COUNT", Value=1)
    rolling = sm.InferenceComponentRollingUpdatePolicy(
        MaximumBatchSize=one_copy,
        WaitIntervalInSeconds=WAIT_SECONDS,
        MaximumExecutionTimeoutInSeconds=MAX_DEPLOYMENT_SECONDS,
    )
    alarms = [sm.Alarm(AlarmName=Ref(title)) for title in _ROLLBACK_ALARMS]
    rollback = sm.AutoRollbackConfiguration(Alarms=alarms)
    return sm.InferenceComponentDeploymentConfig(AutoRollbackConfiguration=rollback, RollingUpdatePolicy=rolling)
