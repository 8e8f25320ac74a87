"""Stacks, their resources and events; one store per account and region.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html
"""

import threading
import uuid
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from scripts.localaws.services.cloudformation.exceptions import invalid
from scripts.localaws.services.cloudformation.resources.resource_type import PhysicalResource

LOCK = threading.RLock()


def now() -> datetime:
    """Milliseconds order the events."""
    return datetime.now(UTC)


@dataclass
class StackResource:
    """A logical resource of a stack: its physical one and how it stands."""

    physical: PhysicalResource
    status: str
    reason: str = ""
    policy: str = "Delete"
    replace_policy: str = "Delete"
    depends: frozenset[str] = frozenset()
    updated: datetime = field(default_factory=now)


@dataclass
class DeployedTemplate:
    """What a stack was made from; a new one takes its place when an update succeeds."""

    text: str
    template: dict[str, Any]
    texts: dict[str, str]  # parameters as asked for
    values: dict[str, Any]  # parameters as Ref gives them
    tags: list[dict[str, str]]
    capabilities: list[str]


@dataclass
class Stack:
    """A stack. `resources` keeps creation order."""

    name: str
    account: str
    region: str
    access_key: str
    deployed: DeployedTemplate
    role: str = ""
    on_failure: str = "ROLLBACK"
    protected: bool = False
    notifications: list[str] = field(default_factory=list)
    status: str = "CREATE_IN_PROGRESS"
    reason: str = ""
    resources: dict[str, StackResource] = field(default_factory=dict)
    events: list[dict[str, Any]] = field(default_factory=list)
    outputs: list[dict[str, str]] = field(default_factory=list)
    created: datetime = field(default_factory=now)
    updated: datetime | None = None
    deleted: datetime | None = None
    uid: str = field(default_factory=lambda: str(uuid.uuid4()))
    token: str = ""

    @property
    def arn(self) -> str:
        """The stack's id."""
        return f"arn:aws:cloudformation:{self.region}:{self.account}:stack/{self.name}/{self.uid}"

    def set_status(self, status: str, reason: str = "") -> None:
        """Move the stack on, with an event of its own."""
        self.status, self.reason = status, reason
        self.tell(self.name, self.arn, "AWS::CloudFormation::Stack", status, reason)

    def tell(self, logical: str, physical: str, kind: str, status: str, reason: str = "", props: str = "") -> None:
        """One event."""
        event = {
            "StackId": self.arn, "EventId": f"{logical}-{status}-{uuid.uuid4()}", "StackName": self.name,
            "LogicalResourceId": logical, "PhysicalResourceId": physical, "ResourceType": kind, "Timestamp": now(),
            "ResourceStatus": status, "ClientRequestToken": self.token,
        }  # fmt: skip
        event |= {"ResourceStatusReason": reason} if reason else {}
        event |= {"ResourceProperties": props} if props else {}
        self.events.append({key: value for key, value in event.items() if value != "" or key == "PhysicalResourceId"})

    def mark(self, held: StackResource, status: str, reason: str = "") -> None:
        """Move one resource on, with an event."""
        held.status, held.reason, held.updated = status, reason, now()
        it = held.physical
        self.tell(it.logical, it.id, it.kind, status, reason)


@dataclass
class Store:
    """The stacks of one account in one region, deleted ones too."""

    stacks: list[Stack] = field(default_factory=list)
    tokens: dict[tuple[str, str], str] = field(default_factory=dict)

    def find(self, name: str) -> Stack:
        """By ARN, deleted ones too, or by the name of a living one; ValidationError otherwise."""
        for stack in reversed(self.stacks):
            if stack.arn == name or (stack.name == name and stack.status != "DELETE_COMPLETE"):
                return stack
        raise invalid(f"Stack with id {name} does not exist")

    def living(self) -> list[Stack]:
        """Stacks that are not deleted."""
        return [stack for stack in self.stacks if stack.status != "DELETE_COMPLETE"]

    def exports(self) -> dict[str, tuple[Stack, str]]:
        """Export name -> who exports it, and the value."""
        return {
            output["ExportName"]: (stack, output["OutputValue"])
            for stack in self.living()
            for output in stack.outputs
            if "ExportName" in output
        }

    def importers(self, name: str) -> list[str]:
        """Stacks that import an export."""
        return [stack.name for stack in self.living() if name in imports(stack.deployed.template)]


def imports(node: Any) -> set[str]:
    """Plain names that a template imports."""
    if isinstance(node, dict):
        own = {node["Fn::ImportValue"]} if isinstance(node.get("Fn::ImportValue"), str) else set()
        return own.union(*(imports(value) for value in node.values()))
    return set().union(*(imports(item) for item in node)) if isinstance(node, list) and node else set()


STORES: dict[tuple[str, str], Store] = defaultdict(Store)
