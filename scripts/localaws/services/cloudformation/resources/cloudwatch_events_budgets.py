"""Resource types of CloudWatch, EventBridge, SNS subscriptions and AWS Budgets."""

from typing import Any

from scripts.localaws.services.cloudformation.resources.resource_type import (
    Calls,
    PhysicalResource,
    PropertyHandler,
    ResourceType,
    pick,
    tag_handler,
    tag_list,
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


def _alarm_names(resource: PhysicalResource) -> dict[str, list[str]]:
    return {"AlarmNames": [resource.props["AlarmName"]]}


def _rule(resource: PhysicalResource) -> dict[str, Any]:
    pattern = {"EventPattern": text(resource.props["EventPattern"])} if "EventPattern" in resource.props else {}
    return {**pick(*_RULE)(resource), **pattern}


def _rule_identifier(resource: PhysicalResource) -> dict[str, Any]:
    return pick("Name", "EventBusName")(resource)


def _rule_id(resource: PhysicalResource) -> str:
    """Return the name of the rule, after the name of its bus if that is not the default one."""
    bus = resource.props.get("EventBusName", "default").rpartition("/")[2]
    return str(resource.props["Name"]) if bus == "default" else f"{bus}|{resource.props['Name']}"


def _targets(resource: PhysicalResource, old: Any, new: Any) -> Calls:
    """Remove old targets before the new ones are put."""
    rule = {"Rule": resource.props["Name"], **pick("EventBusName")(resource)}
    remaining = {target["Id"] for target in new or ()}
    if removed := [target["Id"] for target in old or () if target["Id"] not in remaining]:
        yield "remove_targets", {**rule, "Ids": removed}
    if new:
        yield "put_targets", {**rule, "Targets": new}


def _account(resource: PhysicalResource) -> dict[str, str]:
    return {"AccountId": resource.stack_arn.split(":")[4]}


def _budget_name(resource: PhysicalResource) -> dict[str, str]:
    return {**_account(resource), "BudgetName": resource.props["Budget"]["BudgetName"]}


def _budget_arn(resource: PhysicalResource) -> str:
    identifier = _budget_name(resource)
    return f"arn:aws:budgets::{identifier['AccountId']}:budget/{identifier['BudgetName']}"


def _resource_tags(resource: PhysicalResource, old: Any, new: Any) -> Calls:
    """Tag a budget; its arguments have other names than those of most services."""
    if old is not None and new:
        yield "tag_resource", {"ResourceARN": _budget_arn(resource), "ResourceTags": new}


RESOURCE_TYPES: dict[str, ResourceType] = {
    "AWS::CloudWatch::Alarm": ResourceType(
        "cloudwatch",
        "put_metric_alarm",
        lambda resource: {**pick(*_ALARM)(resource), "Tags": resource.props.get("Tags", [])},
        "delete_alarms",
        pick("AlarmName"),
        read="describe_alarms",
        read_arguments=_alarm_names,
        delete_arguments=_alarm_names,
        update="put_metric_alarm",
        update_arguments=pick(*_ALARM),
        property_handlers=(
            tag_handler(
                "tag_resource",
                lambda resource, tags: {
                    "ResourceARN": resource.read["MetricAlarms"][0]["AlarmArn"],
                    "Tags": tag_list(tags),
                },
            ),
        ),
        attributes={"Arn": "read.MetricAlarms[0].AlarmArn"},
        name_property="AlarmName",
        supported_properties=frozenset(_ALARM),
    ),
    "AWS::CloudWatch::Dashboard": ResourceType(
        "cloudwatch",
        "put_dashboard",
        pick("DashboardName", "DashboardBody", "Tags"),
        "delete_dashboards",
        pick("DashboardName"),
        read="get_dashboard",
        delete_arguments=lambda resource: {"DashboardNames": [resource.props["DashboardName"]]},
        update="put_dashboard",
        update_arguments=pick("DashboardBody"),
        property_handlers=(
            tag_handler(
                "tag_resource",
                lambda resource, tags: {"ResourceARN": resource.read["DashboardArn"], "Tags": tag_list(tags)},
            ),
        ),
        name_property="DashboardName",
        supported_properties=frozenset({"DashboardName", "DashboardBody"}),
    ),
    "AWS::Events::Rule": ResourceType(
        "events",
        "put_rule",
        lambda resource: {**_rule(resource), "Tags": resource.props.get("Tags", [])},
        "delete_rule",
        _rule_identifier,
        read="describe_rule",
        update="put_rule",
        update_arguments=_rule,
        property_handlers=(
            PropertyHandler("Targets", _targets, on_delete=True),
            tag_handler(
                "tag_resource", lambda resource, tags: {"ResourceARN": resource.read["Arn"], "Tags": tag_list(tags)}
            ),
        ),
        attributes={"Arn": "read.Arn || answer.RuleArn", "RuleName": "props.Name", "Id": _rule_id},
        physical_id="Id",
        name_property="Name",
        supported_properties=frozenset({*_RULE, "EventPattern"}),
    ),
    "AWS::SNS::Subscription": ResourceType(
        "sns",
        "subscribe",
        lambda resource: {**pick(*_SUBSCRIPTION)(resource), "ReturnSubscriptionArn": True},
        "unsubscribe",
        lambda resource: {"SubscriptionArn": resource.id},
        read="get_subscription_attributes",
        read_arguments=lambda resource: {"SubscriptionArn": resource.answer["SubscriptionArn"]},
        attributes={"Arn": "answer.SubscriptionArn"},
        supported_properties=frozenset(_SUBSCRIPTION),
    ),
    "AWS::Budgets::Budget": ResourceType(
        "budgets",
        "create_budget",
        lambda resource: {
            **_account(resource),
            **pick("NotificationsWithSubscribers", "ResourceTags")(resource),
            "Budget": resource.props["Budget"],
        },
        "delete_budget",
        _account,
        read="describe_budget",
        read_arguments=_budget_name,
        delete_arguments=_budget_name,
        update="update_budget",
        update_arguments=lambda resource: {"NewBudget": resource.props["Budget"]},
        property_handlers=(PropertyHandler("ResourceTags", _resource_tags),),
        attributes={"Id": "props.Budget.BudgetName"},
        supported_properties=frozenset({"Budget", "NotificationsWithSubscribers"}),
    ),
}
