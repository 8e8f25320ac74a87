"""Rules of EventBridge: what starts a pipeline, and what tells a topic. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from troposphere import AWSObject, GetAtt, Ref, Template, events, sns

from generators.kit.codepipeline import Pipeline, repository_arn
from generators.kit.iam import allow, document, service_role
from generators.kit.names import resource_name
from generators.kit.ssm_input import contract
from generators.kit.tags import tags


def topic(t: Template, title: str, purpose: str) -> sns.Topic:
    """`mlops-<purpose>-<suffix>`; people subscribe to it. Its key is the one that rules on events may use."""
    key = contract(t, "spoke", "logs_key_arn")
    return sns.Topic(title, TopicName=resource_name(purpose), KmsMasterKeyId=key, Tags=tags(t))


def topic_policy(topic: sns.Topic, *rules: events.Rule) -> sns.TopicPolicy:
    """These rules may publish, and nobody may over plain HTTP.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
    """
    ours = {"ArnEquals": {"aws:SourceArn": [GetAtt(it, "Arn") for it in rules]}}
    publish: dict[str, Any] = {"Action": "sns:Publish", "Resource": Ref(topic)}
    plain = {"Sid": "TlsOnly", "Effect": "Deny", "Principal": {"AWS": "*"}}
    told = {"Sid": "Rules", "Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}}
    statements = (
        plain | publish | {"Condition": {"Bool": {"aws:SecureTransport": "false"}}},
        told | publish | {"Condition": ours},
    )
    return sns.TopicPolicy(f"{topic.title}Policy", Topics=[Ref(topic)], PolicyDocument=document(*statements))


def notify_on_completion(t: Template, pipeline: Pipeline, topic: sns.Topic) -> events.Rule:
    """Tells the topic how each run of the pipeline ended.

    https://docs.aws.amazon.com/codepipeline/latest/userguide/detect-state-changes-cloudwatch-events.html
    """
    pattern = {
        "source": ["aws.codepipeline"],
        "detail-type": ["CodePipeline Pipeline Execution State Change"],
        "detail": {"pipeline": [Ref(pipeline.pipeline)], "state": ["FAILED", "SUCCEEDED"]},
    }
    text = events.InputTransformer(
        InputPathsMap={"state": "$.detail.state", "run": "$.detail.execution-id", "name": "$.detail.pipeline"},
        InputTemplate='"Run <run> of the pipeline <name> has <state>. If it failed, the stage says why."',
    )
    target = events.Target(Id="topic", Arn=Ref(topic), InputTransformer=text)
    return _rule(t, f"{pipeline.pipeline.title}Ended", "Tells how each run of the pipeline ended", pattern, target)


def start_on_push(t: Template, pipeline: Pipeline, repository: Any, branch: Any, **more: Any) -> list[AWSObject]:
    """Starts the pipeline when the branch of a CodeCommit repository of this account moves; the repository by name.

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
    return start_rule(t, pipeline, "Push", "Starts the pipeline when its branch moves", pattern, **more)


def start_rule(
    t: Template, pipeline: Pipeline, title: str, about: str, pattern: Mapping[str, Any], **more: Any
) -> list[AWSObject]:
    """A rule that starts the pipeline, and the role for it; `more` are attributes of both, such as Condition."""
    name = resource_name(f"{title.lower()}")
    role = service_role(
        t, f"{title}Role", name, "events", allow(["codepipeline:StartPipelineExecution"], [pipeline.arn])
    )
    target = events.Target(Id="pipeline", Arn=pipeline.arn, RoleArn=GetAtt(role, "Arn"))
    found = [role, _rule(t, title, about, pattern, target)]
    for it in found:
        it.resource.update(more)
    return found


def _rule(t: Template, title: str, about: str, pattern: Mapping[str, Any], target: events.Target) -> events.Rule:
    return events.Rule(
        title,
        Name=resource_name(title.lower()),
        Description=about,
        State="ENABLED",
        EventPattern=dict(pattern),
        Targets=[target],
        Tags=tags(t),
    )
