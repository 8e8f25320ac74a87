"""A model with instances only while it is asked: an inference component on an endpoint that goes down to zero. Pure.

In the network, isolated and under the account's key, which SageMaker's serverless variant is not: docs/adr/0007.
https://docs.aws.amazon.com/sagemaker/latest/dg/endpoint-auto-scaling-zero-instances.html
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from troposphere import AWSObject, Join, Ref, Template
from troposphere import applicationautoscaling as scaling
from troposphere import sagemaker as sm

from generators.kit.alarm import alarm
from generators.kit.endpoint import (
    INSTANCE,
    LONGEST,
    STEP,
    VARIANT,
    data_capture_config,
    rollback_alarms,
    target_tracking,
)
from generators.kit.logs import log_group
from generators.kit.ssm_input import contract
from generators.kit.tags import tags

_GUARDS = ("ComponentErrors", "ComponentLatency")
_METRIC = "SageMakerInferenceComponentInvocationsPerCopy"
_LIMIT = 20  # instances; what the user allows is a limit of copies, because a configuration is never changed
# More than half of an instance (4 CPUs, 16 GiB), so that each copy has one of its own.
_NEEDS = {"NumberOfCpuCoresRequired": 3, "MinMemoryRequiredInMb": 10240}


@dataclass(frozen=True, slots=True)
class CopyCounts:
    """How many copies of the model there are: at first, at the least, at the most. Each has an instance of its own."""

    first: Any
    least: Any
    most: Any


def component_config(
    t: Template, name: Any, role: Any, network: dict[str, Any], copies: CopyCounts, capture: Any, **more: Any
) -> sm.EndpointConfig:
    """An endpoint configuration without a model: its components bring it. `network` is a VpcConfig.

    All of it is create-only: `name` must change with whatever changes.
    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_ProductionVariantManagedInstanceScaling.html
    """
    scaled = sm.ManagedInstanceScaling(Status="ENABLED", MinInstanceCount=copies.least, MaxInstanceCount=_LIMIT)
    variant = sm.ProductionVariant(
        VariantName=VARIANT,
        InstanceType=INSTANCE,
        InitialInstanceCount=copies.first,
        ManagedInstanceScaling=scaled,
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
        DataCaptureConfig=data_capture_config(t, capture),
        Tags=tags(t),
        **more,
    )


def component(t: Template, name: Any, config: Any, model: Any, copies: CopyCounts, **more: Any) -> list[AWSObject]:
    """The endpoint, the model on it, both called `name`, its log group, the alarms that bring the old version back.

    Another `model` takes over one copy after the other.
    https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-rolling.html
    """
    logs = log_group(t, "ComponentLogs", Join("", ["/aws/sagemaker/InferenceComponents/", name]))
    logs.resource.update(more)
    endpoint = sm.Endpoint(
        "ComponentEndpoint",
        EndpointName=name,
        EndpointConfigName=config,
        Tags=tags(t),
        DependsOn="ComponentConfig",
        **more,
    )
    needs = sm.InferenceComponentComputeResourceRequirements(**_NEEDS)
    alive = sm.InferenceComponent(
        "Component",
        InferenceComponentName=name,
        EndpointName=name,
        VariantName=VARIANT,
        Specification=sm.InferenceComponentSpecification(ModelName=model, ComputeResourceRequirements=needs),
        RuntimeConfig=sm.InferenceComponentRuntimeConfig(CopyCount=copies.first),
        DeploymentConfig=_deployment(),
        Tags=tags(t),
        DependsOn=["ComponentEndpoint", "ComponentLogs"],
        **more,
    )
    return [logs, endpoint, *rollback_alarms(t, _GUARDS, {"InferenceComponentName": name}, **more), alive]


def component_scaling(t: Template, name: Any, copies: CopyCounts, **more: Any) -> list[AWSObject]:
    """As many copies as the traffic needs, from the least to the most; a question that finds none brings the first.

    `name` is the component's. Questions are refused until that copy is there, which takes minutes.
    """
    target = scaling.ScalableTarget(
        "Copies",
        ServiceNamespace="sagemaker",
        ScalableDimension="sagemaker:inference-component:DesiredCopyCount",
        ResourceId=Join("/", ["inference-component", name]),
        MinCapacity=copies.least,
        MaxCapacity=copies.most,
        Tags=tags(t),
        DependsOn="Component",
        **more,
    )
    traffic = _policy("CopiesByTraffic", target, "TargetTrackingScaling", name, **more)
    traffic.TargetTrackingScalingPolicyConfiguration = target_tracking(_METRIC)
    first = _policy("FirstCopy", target, "StepScaling", name, **more)
    first.StepScalingPolicyConfiguration = _one_more()
    asked = alarm(
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
        AlarmActions=[Ref(first)],
        **more,
    )
    return [target, traffic, first, asked]


def _policy(title: str, target: Any, kind: str, name: Any, **more: Any) -> scaling.ScalingPolicy:
    """The two policies are named apart by their kind."""
    named = Join("-", [name, kind])
    return scaling.ScalingPolicy(title, PolicyName=named, PolicyType=kind, ScalingTargetId=Ref(target), **more)


def _one_more() -> scaling.StepScalingPolicyConfiguration:
    step = scaling.StepAdjustment(MetricIntervalLowerBound=0, ScalingAdjustment=1)
    return scaling.StepScalingPolicyConfiguration(
        AdjustmentType="ChangeInCapacity", MetricAggregationType="Maximum", Cooldown=60, StepAdjustments=[step]
    )


def _deployment() -> sm.InferenceComponentDeploymentConfig:
    """One copy after the other, each watched."""
    one = sm.InferenceComponentCapacitySize(Type="COPY_COUNT", Value=1)
    rolling = sm.InferenceComponentRollingUpdatePolicy(
        MaximumBatchSize=one, WaitIntervalInSeconds=STEP, MaximumExecutionTimeoutInSeconds=LONGEST
    )
    alarms = [sm.Alarm(AlarmName=Ref(title)) for title in _GUARDS]
    back = sm.AutoRollbackConfiguration(Alarms=alarms)
    return sm.InferenceComponentDeploymentConfig(AutoRollbackConfiguration=back, RollingUpdatePolicy=rolling)
