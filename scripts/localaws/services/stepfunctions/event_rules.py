"""Rules of EventBridge that start a state machine or a build, under the target's role.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html
"""

import json
import logging
import threading
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError
from moto.core.exceptions import ServiceException
from moto.events import models
from moto.events.utils import EventTemplateParser

from scripts.localaws.core import context
from scripts.localaws.services.sts.models import assume_for_service

log = logging.getLogger("localaws")
_STARTED = (":states:", ":codebuild:")


class Rule(models.Rule):
    """moto's rule, with two more kinds of target."""

    targets: list[dict[str, Any]]

    def send_to_targets(self, original_event: Any, transform_input: bool = True) -> None:
        """moto's own targets by moto, ours as the service would call them: later, as the target's role."""
        if self.state != "ENABLED" or not self.event_pattern.matches_event(original_event):
            return
        every = self.targets
        ours = [target for target in every if any(kind in target["Arn"] for kind in _STARTED)]
        try:
            self.targets = [target for target in every if target not in ours]
            super().send_to_targets(original_event, transform_input)
        finally:
            self.targets = every
        moment = original_event["time"]  # a number with moto, text on AWS
        text = moment if isinstance(moment, str) else datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        for target in ours:
            event, change = {**original_event, "time": text}, target.get("InputTransformer")
            if change:
                known = {"ingestion-time": event["time"], **event}
                event = EventTemplateParser.parse(change["InputTemplate"], change.get("InputPathsMap", {}), known)
            threading.Thread(target=self._start, args=(target, event), daemon=True).start()

    def _start(self, target: dict[str, Any], event: Any) -> None:
        """A target that cannot be started loses the event, as on AWS without a dead letter queue."""
        arn, given = target["Arn"], target.get("Input") or json.dumps(event, default=str)
        try:
            key = assume_for_service(target["RoleArn"], "events.amazonaws.com", "events", self.account_id)
            if ":states:" in arn:
                client = context.client("stepfunctions", self.region_name, key)
                client.start_execution(stateMachineArn=arn, input=given)
            else:
                client = context.client("codebuild", self.region_name, key)
                client.start_build(projectName=arn.rpartition("/")[2])
        except (ClientError, ServiceException) as refused:
            log.warning("rule %s could not start %s: %s", self.name, arn, refused)
