"""EventBridge Scheduler schedules of SageMaker pipelines. Pure."""

from __future__ import annotations

from typing import Any

from troposphere import AWSObject, GetAtt, Sub, Template, scheduler
from troposphere import sagemaker as sm

from generators.kit.iam import allow, service_role
from generators.kit.names import resource_name
from generators.kit.ssm_input import contract

TIME_ZONE = "Europe/London"
_MAX_EVENT_AGE = 3600  # seconds during which a failed start is retried


def pipeline_schedule(
    t: Template, pipeline: sm.Pipeline, expression: Any, parameters: dict[str, Any], **attributes: Any
) -> list[AWSObject]:
    """A schedule that starts the pipeline with these parameter values, and its role.

    https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-templated.html
    """
    name = pipeline.title.lower()
    arn = Sub(f"arn:${{AWS::Partition}}:sagemaker:${{AWS::Region}}:${{AWS::AccountId}}:pipeline/${{{pipeline.title}}}")
    start = allow(["sagemaker:StartPipelineExecution"], [arn])
    key = contract(t, "spoke", "data_key_arn")
    read = allow(["kms:Decrypt"], [key])  # https://docs.aws.amazon.com/scheduler/latest/UserGuide/encryption-rest.html
    role = service_role(t, "TimerRole", resource_name(f"{name}-timer"), "scheduler", start, read)
    role.resource.update(attributes)
    pipeline_parameters = [
        scheduler.SageMakerPipelineParameter(Name=name, Value=value) for name, value in parameters.items()
    ]
    target = scheduler.Target(
        Arn=arn,
        RoleArn=GetAtt(role, "Arn"),
        SageMakerPipelineParameters=scheduler.SageMakerPipelineParameters(PipelineParameterList=pipeline_parameters),
        RetryPolicy=scheduler.RetryPolicy(MaximumEventAgeInSeconds=_MAX_EVENT_AGE, MaximumRetryAttempts=10),
    )
    schedule = scheduler.Schedule(
        "Timer",
        Name=resource_name(name),
        Description=Sub(f"Starts ${{{pipeline.title}}}"),
        ScheduleExpression=expression,
        ScheduleExpressionTimezone=TIME_ZONE,
        FlexibleTimeWindow=scheduler.FlexibleTimeWindow(Mode="OFF"),
        KmsKeyArn=key,
        Target=target,
        **attributes,
    )
    return [role, schedule]
