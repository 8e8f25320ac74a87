"""CloudWatch alarms. Pure."""

from __future__ import annotations

from typing import Any

from troposphere import Template
from troposphere.cloudwatch import Alarm, MetricDimension

from generators.kit.names import resource_name, to_kebab_case
from generators.kit.tags import tags

# Alarm properties for metrics of endpoints; the period is in seconds.
ENDPOINT_METRIC = {"Namespace": "AWS/SageMaker", "Period": 60, "EvaluationPeriods": 3, "DatapointsToAlarm": 2}


def alarm(
    t: Template, title: str, description: str, metric: str, dimensions: dict[str, Any], **properties: Any
) -> Alarm:
    """An alarm when the metric exceeds Threshold=; Statistic=, Namespace=, Period= ... are properties of the alarm.

    Missing data does not breach: an endpoint without requests has no errors.
    https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html
    """
    return Alarm(
        title,
        AlarmName=resource_name(to_kebab_case(title)),
        AlarmDescription=description,
        MetricName=metric,
        Dimensions=[MetricDimension(Name=name, Value=value) for name, value in dimensions.items()],
        ComparisonOperator="GreaterThanThreshold",
        TreatMissingData="notBreaching",
        Tags=tags(t),
        **properties,
    )
