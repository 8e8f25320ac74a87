"""Targets of rules and schedules that moto does not start: state machines, builds, pipelines, topics and functions.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html
"""

import copy
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

from generators.iam.evaluation import AuthorizationRequest, Context, Decision, decide
from scripts.localaws.core import clock, context
from scripts.localaws.services.iam.authorization.resource_lookup import ResourceResolver, backend
from scripts.localaws.services.sts.models import assume_for_service

log = logging.getLogger("localaws")
Target = dict[str, Any]


class Rule(models.Rule):
    """moto's rule with more target types and with the moment of its creation."""

    targets: list[Target]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.created = clock.now()

    def send_to_targets(self, original_event: Any, transform_input: bool = True) -> None:
        """Send an event that the pattern matches.

        A rule with a schedule alone receives no event; moto's pattern of it matches every one.
        """
        has_pattern = bool(self.event_pattern.get_pattern())
        if self.state == "ENABLED" and has_pattern and self.event_pattern.matches_event(original_event):
            self.deliver(original_event, transform_input)

    def deliver(self, event: Any, transform_input: bool = False) -> None:
        """Send the event: moto's targets by moto, the others in the background."""
        own_targets = [target for target in self.targets if service_of(target) in (*_STARTERS, *_SENDERS)]
        rule = copy.copy(self)  # several events are sent at once
        rule.targets = [target for target in self.targets if target not in own_targets]
        super(Rule, rule).send_to_targets(event, transform_input)
        for target in own_targets:
            run, arguments = send if service_of(target) in _SENDERS else start, (target, _input(target, event), self)
            threading.Thread(target=run, args=arguments, daemon=True).start()


def start(target: Target, text: str, source: Any, principal: str = "events") -> None:
    """Start a target of a rule or schedule with its role; what fails is lost, as on AWS without a dead-letter queue."""
    region, account = source.arn.split(":")[3:5]
    try:
        key = assume_for_service(target["RoleArn"], f"{principal}.amazonaws.com", principal, account)
        client, method, request = _STARTERS[service_of(target)]
        getattr(context.client(client, region, key), method)(**request(target, text))
    except (ClientError, ServiceException) as error:
        log.warning("%s could not start %s: %s", source.arn, target["Arn"], error)


def send(target: Target, text: str, source: Any, service: str = "events") -> None:
    """Send to a topic or function whose policy, and the policy of whose key, let the service do so for the source.

    https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html
    https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services
    A topic's default policy has the key aws:SourceOwner, which CloudWatch sends and EventBridge does not.
    https://docs.aws.amazon.com/sns/latest/dg/sns-access-policy-use-cases.html#source-account-versus-source-owner
    """
    arn, (action, send), resources = target["Arn"], _SENDERS[service_of(target)], ResourceResolver(source.region_name)
    resource = resources.find(arn)
    owner = {"aws:sourceowner": (source.account_id,)} if service == "cloudwatch" else {}
    values = Context({"aws:sourcearn": (source.arn,), "aws:sourceaccount": (source.account_id,), **owner})
    key = resources.find(resource.kms_key) if resource else None
    checks = [(resource, arn, action), *((key, key.arn, f"kms:{name}") for name in _KEY_ACTIONS if key)]
    for each, name, required in checks:
        request = AuthorizationRequest(required, name, values, {"Service": (f"{service}.amazonaws.com",)})
        if each is None or decide(each.policies, request) not in (Decision.ALLOW, Decision.ALLOW_PRINCIPAL):
            log.warning("%s could not reach %s: no policy allows %s", source.arn, arn, required)
            return
    send(backend(service_of(target), (arn.split(":")[4], arn.split(":")[3])), arn, text)


def service_of(target: Target) -> str:
    """The service in the target's ARN."""
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


def _pipeline_request(target: Target, _: str) -> Target:
    parameters = target.get("SageMakerPipelineParameters", {}).get("PipelineParameterList", [])
    return {"PipelineName": target["Arn"].rpartition("/")[2], "PipelineParameters": parameters}


_KEY_ACTIONS = ("Decrypt", "GenerateDataKey")
_EVENT = {"x-amz-invocation-type": "Event"}
_SENDERS: Mapping[str, tuple[str, Callable[[Any, str, str], Any]]] = {
    "sns": ("sns:Publish", lambda backend, arn, text: backend.publish(message=text, arn=arn)),
    "lambda": ("lambda:InvokeFunction", lambda backend, arn, text: backend.get_function(arn).invoke(text, _EVENT, {})),
}
# Service in the ARN -> client, method and request.
_STARTERS: Mapping[str, tuple[str, str, Callable[[Target, str], Target]]] = {
    "states": ("stepfunctions", "start_execution", lambda t, text: {"stateMachineArn": t["Arn"], "input": text}),
    "codebuild": ("codebuild", "start_build", lambda t, _: {"projectName": t["Arn"].rpartition("/")[2]}),
    "codepipeline": ("codepipeline", "start_pipeline_execution", lambda t, _: {"name": t["Arn"].rpartition(":")[2]}),
    "sagemaker": ("sagemaker", "start_pipeline_execution", _pipeline_request),
}
