"""EventBridge rules that start a state machine or a build, with the role of the target.

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
_SERVICES = (":states:", ":codebuild:")


class Rule(models.Rule):
    """moto's rule with two more target types: state machines and CodeBuild projects."""

    targets: list[dict[str, Any]]

    def send_to_targets(self, original_event: Any, transform_input: bool = True) -> None:
        """Send the event: moto's targets by moto, the others in the background with the target's role."""
        if self.state != "ENABLED" or not self.event_pattern.matches_event(original_event):
            return
        all_targets = self.targets
        own_targets = [target for target in all_targets if any(service in target["Arn"] for service in _SERVICES)]
        try:
            self.targets = [target for target in all_targets if target not in own_targets]
            super().send_to_targets(original_event, transform_input)
        finally:
            self.targets = all_targets
        event_time = original_event["time"]  # moto sends a number, AWS a string
        time_text = (
            event_time
            if isinstance(event_time, str)
            else datetime.fromtimestamp(event_time, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        )
        for target in own_targets:
            event, transformer = {**original_event, "time": time_text}, target.get("InputTransformer")
            if transformer:
                variables = {"ingestion-time": event["time"], **event}
                event = EventTemplateParser.parse(
                    transformer["InputTemplate"], transformer.get("InputPathsMap", {}), variables
                )
            threading.Thread(target=self._start, args=(target, event), daemon=True).start()

    def _start(self, target: dict[str, Any], event: Any) -> None:
        """Start a target; on failure the event is lost, as on AWS without a dead-letter queue."""
        arn, target_input = target["Arn"], target.get("Input") or json.dumps(event, default=str)
        try:
            key = assume_for_service(target["RoleArn"], "events.amazonaws.com", "events", self.account_id)
            if ":states:" in arn:
                client = context.client("stepfunctions", self.region_name, key)
                client.start_execution(stateMachineArn=arn, input=target_input)
            else:
                client = context.client("codebuild", self.region_name, key)
                client.start_build(projectName=arn.rpartition("/")[2])
        except (ClientError, ServiceException) as error:
            log.warning("rule %s could not start %s: %s", self.name, arn, error)
