"""Stacks, their resources and events; one store per account and region.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html
"""

from __future__ import annotations

import threading
import uuid
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from moto.sns.models import sns_backends

from scripts.localaws.core import clock
from scripts.localaws.services.cloudformation.exceptions import invalid
from scripts.localaws.services.cloudformation.physical_resource import PhysicalResource

LOCK = threading.RLock()


def now() -> datetime:
    """Return the current time; its milliseconds keep events in order."""
    return clock.now()


@dataclass
class StackResource:
    """A logical resource of a stack: its physical resource, status and policies."""

    physical: PhysicalResource
    status: str
    reason: str = ""
    deletion_policy: str = "Delete"
    update_replace_policy: str = "Delete"
    depends_on: frozenset[str] = frozenset()
    updated: datetime = field(default_factory=now)


@dataclass
class DeployedTemplate:
    """The template, parameters and tags of a stack. A successful update replaces it."""

    body: str
    template: dict[str, Any]
    parameter_values: dict[str, str]  # parameters as strings, before SSM look-up
    resolved_values: dict[str, Any]  # parameters as Ref returns them
    tags: list[dict[str, str]]
    capabilities: list[str]


@dataclass
class ChangeSet:
    """A change set of a stack. `reason` says why it has failed."""

    name: str
    stack: Stack
    kind: str  # CREATE or UPDATE
    target: DeployedTemplate
    changes: list[Any]
    role: str
    notifications: list[str]
    description: str
    reason: str
    on_failure: str
    created: datetime = field(default_factory=now)
    unique_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    execution_status: str = ""

    def __post_init__(self) -> None:
        self.status = "FAILED" if self.reason else "CREATE_COMPLETE"
        self.execution_status = "UNAVAILABLE" if self.reason else "AVAILABLE"

    @property
    def arn(self) -> str:
        """Return the id."""
        prefix = f"arn:aws:cloudformation:{self.stack.region}:{self.stack.account}"
        return f"{prefix}:changeSet/{self.name}/{self.unique_id}"


@dataclass
class Stack:
    """A stack. `resources` is in creation order."""

    name: str
    account: str
    region: str
    access_key: str
    deployed: DeployedTemplate
    role: str = ""
    on_failure: str = "ROLLBACK"
    termination_protection: bool = False
    notifications: list[str] = field(default_factory=list)
    status: str = "CREATE_IN_PROGRESS"
    reason: str = ""
    resources: dict[str, StackResource] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)
    outputs: list[dict[str, str]] = field(default_factory=list)
    created: datetime = field(default_factory=now)
    updated: datetime | None = None
    deleted: datetime | None = None
    unique_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    token: str = ""
    change_sets: dict[str, ChangeSet] = field(default_factory=dict)
    unpublished: list[dict[str, Any]] = field(default_factory=list)
    is_running: bool = False  # an operation runs in the background

    @property
    def arn(self) -> str:
        """Return the stack id."""
        return f"arn:aws:cloudformation:{self.region}:{self.account}:stack/{self.name}/{self.unique_id}"

    def set_status(self, status: str, reason: str = "") -> None:
        """Set the status of the stack and add its event."""
        self.status, self.reason = status, reason
        self.add_event(self.name, self.arn, "AWS::CloudFormation::Stack", status, reason)

    def add_event(self, logical: str, physical: str, kind: str, status: str, reason: str = "", props: str = "") -> None:
        """Add one event."""
        event = {
            "StackId": self.arn, "EventId": f"{logical}-{status}-{uuid.uuid4()}", "StackName": self.name,
            "LogicalResourceId": logical, "PhysicalResourceId": physical, "ResourceType": kind, "Timestamp": now(),
            "ResourceStatus": status, "ClientRequestToken": self.token,
        }  # fmt: skip
        event |= {"ResourceStatusReason": reason} if reason else {}
        event |= {"ResourceProperties": props} if props else {}
        self.events.append({key: value for key, value in event.items() if value != "" or key == "PhysicalResourceId"})
        self.unpublished.append(event)
        if self.is_running:
            self.publish()

    def publish(self) -> None:
        """Publish the new events to the topics; a request does not wait for that, the operation does.

        https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html, NotificationARNs
        """
        sns = sns_backends[self.account][self.region]
        while self.unpublished:
            event = self.unpublished.pop(0)
            time = event["Timestamp"].isoformat(timespec="milliseconds").replace("+00:00", "Z")
            fields = {"ResourceProperties": "null", **event, "Timestamp": time, "Namespace": self.account}
            message = "".join(f"{key}='{value}'\n" for key, value in sorted(fields.items()))
            for topic in self.notifications:
                sns.publish(message, arn=topic, subject="AWS CloudFormation Notification")

    def set_resource_status(self, resource: StackResource, status: str, reason: str = "") -> None:
        """Set the status of one resource and add its event."""
        resource.status, resource.reason, resource.updated = status, reason, now()
        physical = resource.physical
        self.add_event(physical.logical, physical.id, physical.kind, status, reason)


@dataclass
class Store:
    """The stacks of one account in one region, including deleted stacks."""

    stacks: list[Stack] = field(default_factory=list)
    tokens: dict[tuple[str, str], str] = field(default_factory=dict)

    def find(self, name: str, error: str = "Stack with id {} does not exist") -> Stack:
        """Return the stack with this ARN (even if deleted) or the active stack with this name; or raise."""
        for stack in reversed(self.stacks):
            if stack.arn == name or (stack.name == name and stack.status != "DELETE_COMPLETE"):
                return stack
        raise invalid(error.format(name))

    def active(self) -> list[Stack]:
        """Return the stacks that are not deleted."""
        return [stack for stack in self.stacks if stack.status != "DELETE_COMPLETE"]

    def exports(self) -> dict[str, tuple[Stack, str]]:
        """Return each export name with its stack and value."""
        return {
            output["ExportName"]: (stack, output["OutputValue"])
            for stack in self.active()
            for output in stack.outputs
            if "ExportName" in output
        }

    def importers(self, name: str) -> list[str]:
        """Return the names of the stacks that import an export."""
        return [stack.name for stack in self.active() if name in imported_names(stack.deployed.template)]


def imported_names(node: Any) -> set[str]:
    """Return the literal export names that a template imports."""
    if isinstance(node, dict):
        names = {node["Fn::ImportValue"]} if isinstance(node.get("Fn::ImportValue"), str) else set()
        return names.union(*(imported_names(value) for value in node.values()))
    return set().union(*(imported_names(item) for item in node)) if isinstance(node, list) and node else set()


STORES: dict[tuple[str, str], Store] = defaultdict(Store)
Members = dict[str, Any]


@dataclass(frozen=True)
class Request:
    """The account, region and access key of a request."""

    account: str
    region: str
    access_key: str

    @property
    def store(self) -> Store:
        """Return the stacks of the caller's account and region."""
        return STORES[self.account, self.region]
