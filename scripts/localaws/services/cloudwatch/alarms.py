"""CloudWatch alarms on one metric: evaluated in each minute of the clock, with events and notifications of changes.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-evaluation.html
https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
"""

import json
import operator
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from moto.cloudwatch import models
from moto.cloudwatch.models import cloudwatch_backends

from scripts.localaws.core.expressions import Structures
from scripts.localaws.services.events.delivery import send_service_event
from scripts.localaws.services.events.targets import send, service_of

structure = Structures(Path(__file__).with_name("structures.yaml"))
_COMPARE = {
    "GreaterThanThreshold": operator.gt,
    "GreaterThanOrEqualToThreshold": operator.ge,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}
_EXTRA_PERIODS = 2  # AWS retrieves 5 periods in the example of an alarm with 3, and does not publish other numbers


class Alarm(models.Alarm):
    """moto's alarm with AWS's first state, which notifies of changes of its state."""

    def __init__(self, account_id: str, region_name: str, name: str, **properties: Any) -> None:
        """A new alarm has insufficient data; one that is put again keeps its state (API_PutMetricAlarm)."""
        super().__init__(account_id, region_name, name, **properties)
        former = cloudwatch_backends[account_id][region_name].alarms.get(name)
        self.account_id, self.arn = account_id, self.alarm_arn
        self.state_value = former.state_value if former else "INSUFFICIENT_DATA"

    def update_state(self, reason: str, reason_data: str, state_value: str) -> None:
        """Set the state; a change is an event and runs the actions of the new state (API_SetAlarmState)."""
        before = self._state()
        super().update_state(reason, reason_data, state_value)
        if before["value"] == state_value:
            return
        values, location = {"state": self._state(), "before": before}, (self.account_id, self.region_name)
        detail = structure("StateChange", self, **values, dimension_values=_values(self.dimensions))
        send_service_event(location, "aws.cloudwatch", "CloudWatch Alarm State Change", [self.arn], detail)
        actions = {"ALARM": self.alarm_actions, "OK": self.ok_actions}.get(state_value, self.insufficient_data_actions)
        for topic in [arn for arn in actions or () if self.actions_enabled and service_of({"Arn": arn}) == "sns"]:
            send({"Arn": topic}, json.dumps(structure("Notification", self, **values)), self, "cloudwatch")

    def evaluate(self, data: Sequence[models.MetricDatumBase], minute: datetime) -> None:
        """Set the state that the periods before the minute have. Nothing changes for percentiles and expressions."""
        if self.comparison_operator not in _COMPARE or not self.statistic or self.rule:
            return
        own_data = [datum for datum in data if self._is_on(datum)]
        ages = range(self.evaluation_periods + _EXTRA_PERIODS)
        breaches = [self._breaches(own_data, minute - timedelta(seconds=self.period * age)) for age in ages]
        treatment = self.treat_missing_data or "missing"
        state = state_of(breaches, self.evaluation_periods, self.datapoints_to_alarm, treatment)
        if state not in ("", self.state_value):
            count = sum(map(bool, breaches))
            self.update_state(f"{count} datapoints breach the threshold ({self.threshold}).", "{}", state)

    def _is_on(self, datum: models.MetricDatumBase) -> bool:
        """Whether the alarm is on the metric of the datum; moto compares several dimensions wrongly."""
        metric = (self.namespace, self.metric_name, self.unit or datum.unit, _values(self.dimensions))
        return metric == (datum.namespace, datum.name, datum.unit, _values(datum.dimensions))

    def _breaches(self, data: Sequence[models.MetricDatumBase], end: datetime) -> bool | None:
        """Whether the period before `end` breaches the threshold; None without data."""
        period = models.Statistics([self.statistic], end)
        begin = end - timedelta(seconds=self.period)
        period.metric_data = [datum for datum in data if begin <= datum.timestamp < end]
        if not period.metric_data:
            return None
        return bool(_COMPARE[self.comparison_operator](period.get_statistics_for_type(self.statistic), self.threshold))

    def _state(self) -> dict[str, str]:
        time = f"{self.state_updated_timestamp.isoformat(timespec='milliseconds')}+0000"
        return structure("State", self, timestamp=time)


def _values(dimensions: Sequence[models.Dimension]) -> dict[str | None, str | None]:
    return {dimension.name: dimension.value for dimension in dimensions}


def state_of(breaches: Sequence[bool | None], periods: int, datapoints_to_alarm: int | None, missing: str) -> str:
    """The state of an alarm after these periods, newest first; None is a period without data; "" keeps the state.

    "How alarm state is evaluated when data is missing" and "Avoiding premature transitions to alarm state" in
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html
    """
    required = datapoints_to_alarm or periods
    ages = [age for age, breach in enumerate(breaches, 1) if breach is not None][:periods]
    breaching = sum(bool(breaches[age - 1]) for age in ages)
    if breaching == len(ages) < required and missing == "ignore":
        return ""
    if breaching == len(ages) < required and missing == "missing":
        return "ALARM" if ages and ages[-1] >= required else "INSUFFICIENT_DATA"
    filled = periods - len(ages) if missing == "breaching" else 0
    return "ALARM" if breaching + filled >= required else "OK"


def evaluate(minute: datetime) -> None:
    """Evaluate every alarm with the data before the minute."""
    for backend in [each for account in list(cloudwatch_backends.values()) for each in list(account.values())]:
        for alarm in list(backend.alarms.values()):
            alarm.evaluate(list(backend.metric_data), minute.replace(tzinfo=None))
