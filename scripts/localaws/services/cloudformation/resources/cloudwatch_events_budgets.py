"""Rows of what tells people: alarms, dashboards, rules on events, subscriptions, budgets."""

from typing import Any

from scripts.localaws.services.cloudformation.resources.resource_type import (
    Calls,
    PhysicalResource,
    PropertyHandler,
    ResourceType,
    listed,
    pick,
    retag,
    text,
)

_ALARM = (
    "AlarmName", "AlarmDescription", "ActionsEnabled", "OKActions", "AlarmActions", "InsufficientDataActions",
    "MetricName", "Namespace", "Statistic", "ExtendedStatistic", "Dimensions", "Period", "Unit", "EvaluationPeriods",
    "DatapointsToAlarm", "Threshold", "ComparisonOperator", "TreatMissingData", "EvaluateLowSampleCountPercentile",
    "Metrics", "ThresholdMetricId",
)  # fmt: skip
_RULE = ("Name", "EventBusName", "Description", "ScheduleExpression", "State", "RoleArn")
_SUBSCRIPTION = ("TopicArn", "Protocol", "Endpoint")


def _alarms(it: PhysicalResource) -> dict[str, list[str]]:
    return {"AlarmNames": [it.props["AlarmName"]]}


def _rule(it: PhysicalResource) -> dict[str, Any]:
    pattern = {"EventPattern": text(it.props["EventPattern"])} if "EventPattern" in it.props else {}
    return {**pick(*_RULE)(it), **pattern}


def _named(it: PhysicalResource) -> dict[str, Any]:
    return pick("Name", "EventBusName")(it)


def _targets(it: PhysicalResource, old: Any, new: Any) -> Calls:
    """Those that are gone are removed before the others are put."""
    rule = {"Rule": it.props["Name"], **pick("EventBusName")(it)}
    kept = {target["Id"] for target in new or ()}
    if gone := [target["Id"] for target in old or () if target["Id"] not in kept]:
        yield "remove_targets", {**rule, "Ids": gone}
    if new:
        yield "put_targets", {**rule, "Targets": new}


def _account(it: PhysicalResource) -> dict[str, str]:
    return {"AccountId": it.stack_arn.split(":")[4]}


def _budget(it: PhysicalResource) -> dict[str, Any]:
    """Amounts are numbers in a template and texts in the API."""
    budget = dict(it.props["Budget"])
    if "BudgetLimit" in budget:
        budget["BudgetLimit"] = {**budget["BudgetLimit"], "Amount": str(budget["BudgetLimit"]["Amount"])}
    return budget


def _budget_name(it: PhysicalResource) -> dict[str, str]:
    return {**_account(it), "BudgetName": it.props["Budget"]["BudgetName"]}


def _budget_arn(it: PhysicalResource) -> str:
    names = _budget_name(it)
    return f"arn:aws:budgets::{names['AccountId']}:budget/{names['BudgetName']}"


def _resource_tags(it: PhysicalResource, old: Any, new: Any) -> Calls:
    """A budget calls its tags otherwise than everybody else."""
    if old is not None and new:
        yield "tag_resource", {"ResourceARN": _budget_arn(it), "ResourceTags": new}


ROWS: dict[str, ResourceType] = {
    "AWS::CloudWatch::Alarm": ResourceType(
        "cloudwatch",
        "put_metric_alarm",
        lambda it: {**pick(*_ALARM)(it), "Tags": it.props.get("Tags", [])},
        "delete_alarms",
        pick("AlarmName"),
        read="describe_alarms",
        look=_alarms,
        end=_alarms,
        update="put_metric_alarm",
        changes=pick(*_ALARM),
        aspects=(
            retag(
                "tag_resource",
                lambda it, tags: {"ResourceARN": it.read["MetricAlarms"][0]["AlarmArn"], "Tags": listed(tags)},
            ),
        ),
        attributes={"Arn": "read.MetricAlarms[0].AlarmArn"},
        name="AlarmName",
        taken=frozenset(_ALARM),
    ),
    "AWS::CloudWatch::Dashboard": ResourceType(
        "cloudwatch",
        "put_dashboard",
        pick("DashboardName", "DashboardBody", "Tags"),
        "delete_dashboards",
        pick("DashboardName"),
        read="get_dashboard",
        end=lambda it: {"DashboardNames": [it.props["DashboardName"]]},
        update="put_dashboard",
        changes=pick("DashboardBody"),
        aspects=(
            retag("tag_resource", lambda it, tags: {"ResourceARN": it.read["DashboardArn"], "Tags": listed(tags)}),
        ),
        name="DashboardName",
        taken=frozenset({"DashboardName", "DashboardBody"}),
    ),
    "AWS::Events::Rule": ResourceType(
        "events",
        "put_rule",
        lambda it: {**_rule(it), "Tags": it.props.get("Tags", [])},
        "delete_rule",
        _named,
        read="describe_rule",
        update="put_rule",
        changes=_rule,
        aspects=(
            PropertyHandler("Targets", _targets, on_delete=True),
            retag("tag_resource", lambda it, tags: {"ResourceARN": it.read["Arn"], "Tags": listed(tags)}),
        ),
        attributes={"Arn": "read.Arn || answer.RuleArn", "RuleName": "props.Name"},
        name="Name",
        taken=frozenset({*_RULE, "EventPattern"}),
    ),
    "AWS::SNS::Subscription": ResourceType(
        "sns",
        "subscribe",
        lambda it: {**pick(*_SUBSCRIPTION)(it), "ReturnSubscriptionArn": True},
        "unsubscribe",
        lambda it: {"SubscriptionArn": it.id},
        read="get_subscription_attributes",
        look=lambda it: {"SubscriptionArn": it.answer["SubscriptionArn"]},
        attributes={"Arn": "answer.SubscriptionArn"},
        taken=frozenset(_SUBSCRIPTION),
    ),
    "AWS::Budgets::Budget": ResourceType(
        "budgets",
        "create_budget",
        lambda it: {
            **_account(it),
            **pick("NotificationsWithSubscribers", "ResourceTags")(it),
            "Budget": _budget(it),
        },
        "delete_budget",
        _account,
        read="describe_budget",
        look=_budget_name,
        end=_budget_name,
        update="update_budget",
        changes=lambda it: {"NewBudget": _budget(it)},
        aspects=(PropertyHandler("ResourceTags", _resource_tags),),
        attributes={"Id": "props.Budget.BudgetName"},
        taken=frozenset({"Budget", "NotificationsWithSubscribers"}),
    ),
}
