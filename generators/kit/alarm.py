"""Alarms on what CloudWatch counts. Pure."""

from __future__ import annotations

from typing import Any

from troposphere import Template
from troposphere.cloudwatch import Alarm, MetricDimension

from generators.kit.names import resource_name, to_kebab_case
from generators.kit.tags import tags

# Where a metric is, and over how many of how long periods (seconds) it counts.
ENDPOINT = {"Namespace": "AWS/SageMaker", "Period": 60, "EvaluationPeriods": 3, "DatapointsToAlarm": 2}


def alarm(t: Template, title: str, text: str, metric: str, dimensions: dict[str, Any], **more: Any) -> Alarm:
    """An alarm when the metric is above Threshold=; Statistic=, Namespace=, Period= ... are as AWS takes them.

    No data is no alarm: an endpoint that nobody asks makes no mistakes.
    https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html
    """
    return Alarm(
        title,
        AlarmName=resource_name(to_kebab_case(title)),
        AlarmDescription=text,
        MetricName=metric,
        Dimensions=[MetricDimension(Name=name, Value=value) for name, value in dimensions.items()],
        ComparisonOperator="GreaterThanThreshold",
        TreatMissingData="notBreaching",
        Tags=tags(t),
        **more,
    )
