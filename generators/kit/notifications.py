"""Topics that tell people, and the budget that uses one. Pure."""

from __future__ import annotations

from typing import Any

from troposphere import AWSObject, Ref, Sub, Template, budgets, sns

from generators.kit.iam import allow, document
from generators.kit.names import resource_name
from generators.kit.ssm_input import contract
from generators.kit.tags import tag_values, tags

_RULES = "arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:rule/*"
# Percent of the budget at which people are told: of what was spent, and of what will be.
_TOLD = {"ACTUAL": 80, "FORECASTED": 100}


def alarm_topic(t: Template, name: str, address: Any) -> list[AWSObject]:
    """Topic, TopicPolicy and one e-mail address, under the key that alarms, rules and budgets may use.

    They may publish on this account's behalf; EventBridge names its rule, not its account.
    https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
    """
    own = {"StringEquals": {"aws:SourceAccount": Ref("AWS::AccountId")}}
    ruled = {"ArnLike": {"aws:SourceArn": Sub(_RULES)}}
    publishers = {"cloudwatch": own, "budgets": own, "events": ruled}
    allowed = [
        {**allow(["sns:Publish"], [Ref("Topic")], **fence), "Principal": {"Service": f"{service}.amazonaws.com"}}
        for service, fence in publishers.items()
    ]
    insecure = {"Bool": {"aws:SecureTransport": "false"}}
    refused = {"Effect": "Deny", "Principal": {"AWS": "*"}, "Action": ["sns:Publish"], "Resource": [Ref("Topic")]}
    key = contract(t, "spoke", "logs_key_arn")
    policy = document(*allowed, {**refused, "Condition": insecure})
    return [
        sns.Topic("Topic", TopicName=resource_name(name), KmsMasterKeyId=key, Tags=tags(t)),
        sns.TopicPolicy("TopicPolicy", Topics=[Ref("Topic")], PolicyDocument=policy),
        sns.SubscriptionResource("Person", TopicArn=Ref("Topic"), Protocol="email", Endpoint=address),
    ]


def monthly_budget(t: Template, dollars: Any) -> budgets.Budget:
    """Nobody is stopped by it; the template's Topic tells people in time."""
    limit = budgets.Spend(Amount=dollars, Unit="USD")
    person = budgets.Subscriber(SubscriptionType="SNS", Address=Ref("Topic"))
    told = [
        budgets.NotificationWithSubscribers(
            Notification=budgets.Notification(
                NotificationType=kind, ComparisonOperator="GREATER_THAN", Threshold=percent, ThresholdType="PERCENTAGE"
            ),
            Subscribers=[person],
        )
        for kind, percent in _TOLD.items()
    ]
    data = budgets.BudgetData(
        BudgetName=resource_name("monthly"), BudgetType="COST", TimeUnit="MONTHLY", BudgetLimit=limit
    )
    named_tags = [budgets.ResourceTag(Key=key, Value=value) for key, value in tag_values(t).items()]
    return budgets.Budget(
        "Budget", Budget=data, NotificationsWithSubscribers=told, ResourceTags=named_tags, DependsOn="TopicPolicy"
    )
