"""What starts a SageMaker pipeline by the clock. Pure."""

from __future__ import annotations

from typing import Any

from troposphere import AWSObject, GetAtt, Sub, Template, scheduler
from troposphere import sagemaker as sm

from generators.kit.iam import allow, service_role
from generators.kit.names import resource_name
from generators.kit.ssm_input import contract

ZONE = "Europe/London"
_PATIENCE = 3600  # seconds during which a start that AWS refuses is tried again


def pipeline_timer(
    t: Template, pipeline: sm.Pipeline, times: Any, values: dict[str, Any], **more: Any
) -> list[AWSObject]:
    """A schedule that starts the pipeline with these parameter values, and the role that may do just that.

    https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-templated.html
    """
    name = pipeline.title.lower()
    arn = Sub(f"arn:${{AWS::Partition}}:sagemaker:${{AWS::Region}}:${{AWS::AccountId}}:pipeline/${{{pipeline.title}}}")
    start = allow(["sagemaker:StartPipelineExecution"], [arn])
    key = contract(t, "spoke", "data_key_arn")
    read = allow(["kms:Decrypt"], [key])  # https://docs.aws.amazon.com/scheduler/latest/UserGuide/encryption-rest.html
    role = service_role(t, "TimerRole", resource_name(f"{name}-timer"), "scheduler", start, read)
    role.resource.update(more)
    given = [scheduler.SageMakerPipelineParameter(Name=key, Value=value) for key, value in values.items()]
    target = scheduler.Target(
        Arn=arn,
        RoleArn=GetAtt(role, "Arn"),
        SageMakerPipelineParameters=scheduler.SageMakerPipelineParameters(PipelineParameterList=given),
        RetryPolicy=scheduler.RetryPolicy(MaximumEventAgeInSeconds=_PATIENCE, MaximumRetryAttempts=10),
    )
    timer = scheduler.Schedule(
        "Timer",
        Name=resource_name(name),
        Description=Sub(f"Starts ${{{pipeline.title}}}"),
        ScheduleExpression=times,
        ScheduleExpressionTimezone=ZONE,
        FlexibleTimeWindow=scheduler.FlexibleTimeWindow(Mode="OFF"),
        KmsKeyArn=key,
        Target=target,
        **more,
    )
    return [role, timer]
