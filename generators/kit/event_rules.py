"""EventBridge rules that start pipelines or publish to topics. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from troposphere import AWSObject, GetAtt, Ref, Template, events, sns

from generators.kit.codepipeline import Pipeline, repository_arn
from generators.kit.iam import allow, policy_document, service_role
from generators.kit.names import resource_name
from generators.kit.ssm_input import contract
from generators.kit.tags import tags


def topic(t: Template, title: str, purpose: str) -> sns.Topic:
    """The topic `mlops-<purpose>-<suffix>`, under the log key, which EventBridge may use."""
    key = contract(t, "spoke", "logs_key_arn")
    return sns.Topic(title, TopicName=resource_name(purpose), KmsMasterKeyId=key, Tags=tags(t))


def topic_policy(topic: sns.Topic, *rules: events.Rule) -> sns.TopicPolicy:
    """A policy that allows these rules to publish and denies plain HTTP.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
    """
    from_rules = {"ArnEquals": {"aws:SourceArn": [GetAtt(rule, "Arn") for rule in rules]}}
    publish: dict[str, Any] = {"Action": "sns:Publish", "Resource": Ref(topic)}
    deny_http = {"Sid": "TlsOnly", "Effect": "Deny", "Principal": {"AWS": "*"}}
    allow_events = {"Sid": "Rules", "Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}}
    statements = (
        deny_http | publish | {"Condition": {"Bool": {"aws:SecureTransport": "false"}}},
        allow_events | publish | {"Condition": from_rules},
    )
    return sns.TopicPolicy(f"{topic.title}Policy", Topics=[Ref(topic)], PolicyDocument=policy_document(*statements))


def notify_on_completion(t: Template, pipeline: Pipeline, topic: sns.Topic) -> events.Rule:
    """A rule that publishes the outcome of each execution of the pipeline to the topic.

    https://docs.aws.amazon.com/codepipeline/latest/userguide/detect-state-changes-cloudwatch-events.html
    """
    pattern = {
        "source": ["aws.codepipeline"],
        "detail-type": ["CodePipeline Pipeline Execution State Change"],
        "detail": {"pipeline": [Ref(pipeline.pipeline)], "state": ["FAILED", "SUCCEEDED"]},
    }
    transformer = events.InputTransformer(
        InputPathsMap={"state": "$.detail.state", "run": "$.detail.execution-id", "name": "$.detail.pipeline"},
        InputTemplate='"Run <run> of the pipeline <name> has <state>. If it failed, the stage says why."',
    )
    target = events.Target(Id="topic", Arn=Ref(topic), InputTransformer=transformer)
    return _rule(t, f"{pipeline.pipeline.title}Ended", "Tells how each run of the pipeline ended", pattern, target)


def start_on_push(t: Template, pipeline: Pipeline, repository: Any, branch: Any, **attributes: Any) -> list[AWSObject]:
    """A rule that starts the pipeline on a push to the branch of a CodeCommit repository of this account (name).

    https://docs.aws.amazon.com/codepipeline/latest/userguide/triggering.html
    """
    pattern = {
        "source": ["aws.codecommit"],
        "detail-type": ["CodeCommit Repository State Change"],
        "resources": [repository_arn(repository)],
        "detail": {
            "event": ["referenceCreated", "referenceUpdated"],
            "referenceType": ["branch"],
            "referenceName": [branch],
        },
    }
    return start_rule(t, pipeline, "Push", "Starts the pipeline when its branch moves", pattern, **attributes)


def start_rule(
    t: Template, pipeline: Pipeline, title: str, description: str, pattern: Mapping[str, Any], **attributes: Any
) -> list[AWSObject]:
    """A rule that starts the pipeline, and its role; `attributes` such as Condition are set on both."""
    name = resource_name(f"{title.lower()}")
    role = service_role(
        t, f"{title}Role", name, "events", allow(["codepipeline:StartPipelineExecution"], [pipeline.arn])
    )
    target = events.Target(Id="pipeline", Arn=pipeline.arn, RoleArn=GetAtt(role, "Arn"))
    resources = [role, _rule(t, title, description, pattern, target)]
    for resource in resources:
        resource.resource.update(attributes)
    return resources


def _rule(t: Template, title: str, description: str, pattern: Mapping[str, Any], target: events.Target) -> events.Rule:
    return events.Rule(
        title,
        Name=resource_name(title.lower()),
        Description=description,
        State="ENABLED",
        EventPattern=dict(pattern),
        Targets=[target],
        Tags=tags(t),
    )
