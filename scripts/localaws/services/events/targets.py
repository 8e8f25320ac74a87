"""Targets of EventBridge rules that moto does not start: state machines, builds and pipelines, with the target's role.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html
"""

import json
import logging
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError
from moto.core.exceptions import ServiceException
from moto.events import models
from moto.events.utils import EventTemplateParser

from scripts.localaws.core import context
from scripts.localaws.services.sts.models import assume_for_service

log = logging.getLogger("localaws")
Target = dict[str, Any]


class Rule(models.Rule):
    """moto's rule with more target types."""

    targets: list[Target]

    def send_to_targets(self, original_event: Any, transform_input: bool = True) -> None:
        """Send the event: moto's targets by moto, the others in the background with the target's role.

        A rule with a schedule alone receives no event; moto's pattern of it matches every one.
        """
        has_pattern = bool(self.event_pattern.get_pattern())
        if self.state != "ENABLED" or not has_pattern or not self.event_pattern.matches_event(original_event):
            return
        all_targets = self.targets
        own_targets = [target for target in all_targets if _service(target) in _STARTERS]
        try:
            self.targets = [target for target in all_targets if target not in own_targets]
            super().send_to_targets(original_event, transform_input)
        finally:
            self.targets = all_targets
        for target in own_targets:
            text = _input(target, original_event)
            threading.Thread(target=self._start, args=(target, text), daemon=True).start()

    def _start(self, target: Target, text: str) -> None:
        """Start a target; on failure the event is lost, as on AWS without a dead-letter queue."""
        try:
            key = assume_for_service(target["RoleArn"], "events.amazonaws.com", "events", self.account_id)
            service = _service(target)
            client = context.client(_CLIENTS.get(service, service), self.region_name, key)
            _STARTERS[service](client, target, text)
        except (ClientError, ServiceException) as error:
            log.warning("rule %s could not start %s: %s", self.name, target["Arn"], error)


def _service(target: Target) -> str:
    return str(target["Arn"]).split(":")[2]


def _input(target: Target, original_event: Any) -> str:
    """The text that the target receives: its own input, the transformed event or the event."""
    time = original_event["time"]  # moto sends a number, AWS a string
    text = time if isinstance(time, str) else datetime.fromtimestamp(time, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    event, transformer = {**original_event, "time": text}, target.get("InputTransformer")
    if target.get("Input"):
        return str(target["Input"])
    if transformer:
        variables = {"ingestion-time": event["time"], **event}
        event = EventTemplateParser.parse(transformer["InputTemplate"], transformer.get("InputPathsMap", {}), variables)
    return json.dumps(event, default=str)


def _start_execution(client: Any, target: Target, text: str) -> None:
    client.start_execution(stateMachineArn=target["Arn"], input=text)


def _start_build(client: Any, target: Target, _: str) -> None:
    client.start_build(projectName=target["Arn"].rpartition("/")[2])


def _start_pipeline(client: Any, target: Target, _: str) -> None:
    client.start_pipeline_execution(name=target["Arn"].rpartition(":")[2])


def _start_sagemaker_pipeline(client: Any, target: Target, _: str) -> None:
    parameters = target.get("SageMakerPipelineParameters", {}).get("PipelineParameterList", [])
    client.start_pipeline_execution(PipelineName=target["Arn"].rpartition("/")[2], PipelineParameters=parameters)


_CLIENTS = {"states": "stepfunctions"}
_STARTERS: Mapping[str, Callable[[Any, Target, str], None]] = {
    "states": _start_execution,
    "codebuild": _start_build,
    "codepipeline": _start_pipeline,
    "sagemaker": _start_sagemaker_pipeline,
}
