"""SNS topics for alarms, and the monthly budget. Pure."""

from __future__ import annotations

from typing import Any

from troposphere import AWSObject, Ref, Sub, Template, budgets, sns

from generators.kit.iam import allow, policy_document
from generators.kit.names import resource_name
from generators.kit.ssm_input import contract
from generators.kit.tags import tag_values, tags

_RULES = "arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:rule/*"
# Notification type -> percent of the budget.
_BUDGET_THRESHOLDS = {"ACTUAL": 80, "FORECASTED": 100}


def alarm_topic(t: Template, name: str, address: Any) -> list[AWSObject]:
    """Topic, TopicPolicy and an e-mail subscription, under the key that alarms, rules and budgets may use.

    These services may publish for this account; EventBridge sends the ARN of its rule, not its account.
    https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
    """
    from_account = {"StringEquals": {"aws:SourceAccount": Ref("AWS::AccountId")}}
    from_rules = {"ArnLike": {"aws:SourceArn": Sub(_RULES)}}
    publishers = {"cloudwatch": from_account, "budgets": from_account, "events": from_rules}
    allow_services = [
        {**allow(["sns:Publish"], [Ref("Topic")], **condition), "Principal": {"Service": f"{service}.amazonaws.com"}}
        for service, condition in publishers.items()
    ]
    insecure = {"Bool": {"aws:SecureTransport": "false"}}
    deny_http = {"Effect": "Deny", "Principal": {"AWS": "*"}, "Action": ["sns:Publish"], "Resource": [Ref("Topic")]}
    key = contract(t, "spoke", "logs_key_arn")
    policy = policy_document(*allow_services, {**deny_http, "Condition": insecure})
    return [
        sns.Topic("Topic", TopicName=resource_name(name), KmsMasterKeyId=key, Tags=tags(t)),
        sns.TopicPolicy("TopicPolicy", Topics=[Ref("Topic")], PolicyDocument=policy),
        sns.SubscriptionResource("Person", TopicArn=Ref("Topic"), Protocol="email", Endpoint=address),
    ]


def monthly_budget(t: Template, dollars: Any) -> budgets.Budget:
    """A budget that notifies the template's Topic; it stops nothing."""
    limit = budgets.Spend(Amount=dollars, Unit="USD")
    subscriber = budgets.Subscriber(SubscriptionType="SNS", Address=Ref("Topic"))
    notifications = [
        budgets.NotificationWithSubscribers(
            Notification=budgets.Notification(
                NotificationType=notification_type,
                ComparisonOperator="GREATER_THAN",
                Threshold=percent,
                ThresholdType="PERCENTAGE",
            ),
            Subscribers=[subscriber],
        )
        for notification_type, percent in _BUDGET_THRESHOLDS.items()
    ]
    data = budgets.BudgetData(
        BudgetName=resource_name("monthly"), BudgetType="COST", TimeUnit="MONTHLY", BudgetLimit=limit
    )
    resource_tags = [budgets.ResourceTag(Key=key, Value=value) for key, value in tag_values(t).items()]
    return budgets.Budget(
        "Budget",
        Budget=data,
        NotificationsWithSubscribers=notifications,
        ResourceTags=resource_tags,
        DependsOn="TopicPolicy",
    )
