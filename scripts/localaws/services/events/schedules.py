"""Starts the targets of scheduled rules, and of EventBridge Scheduler's schedules, in each minute that they are due in.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-rule-schedule.html
https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
"""

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from moto.events.models import events_backends
from moto.scheduler.models import scheduler_backends

from scripts.localaws.services.events.delivery import service_event
from scripts.localaws.services.events.schedule_expression import is_due
from scripts.localaws.services.events.targets import start


def run(minute: datetime) -> None:
    """Start what is due in the minute."""
    for backend in [each for account in list(events_backends.values()) for each in list(account.values())]:
        for rule in list(backend.event_buses["default"].rules.values()):
            expression = rule.scheduled_expression
            if rule.state == "ENABLED" and expression and is_due(expression, minute, rule.created):
                location = (rule.account_id, rule.region_name)
                _in_background(rule.deliver, service_event(location, "aws.events", "Scheduled Event", [rule.arn], {}))
    for backend in [each for account in list(scheduler_backends.values()) for each in list(account.values())]:
        groups = list(backend.schedule_groups.values())
        for schedule in [schedule for group in groups for schedule in list(group.schedules.values())]:
            if schedule.state == "ENABLED" and _is_due(schedule, minute):
                _in_background(start, schedule.target, schedule.target.get("Input", "{}"), schedule, "scheduler")


def _in_background(action: Callable[..., None], *arguments: Any) -> None:
    """Run the action in a thread of its own: one that fails keeps no other from its start."""
    threading.Thread(target=action, args=arguments, daemon=True).start()


def _is_due(schedule: Any, minute: datetime) -> bool:
    begin = datetime.fromtimestamp(float(schedule.start_date or schedule.creation_date), UTC)
    end = datetime.fromtimestamp(float(schedule.end_date), UTC) if schedule.end_date else minute
    local = minute.astimezone(ZoneInfo(schedule.schedule_expression_timezone))
    return begin <= minute <= end and is_due(schedule.schedule_expression, local, begin)
