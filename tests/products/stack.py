"""A stack that a launch role runs, on the embedded AWS."""

from __future__ import annotations

import time
from typing import Any

from tests.products.account import ACCOUNT, Account


class Stack:
    """A stack that a launch role runs."""

    def __init__(self, account: Account, product: str, suffix: str, key: str) -> None:
        self.account, self.product = account, product
        self.cloudformation = account.client("cloudformation", key)
        self.name = f"SC-{ACCOUNT}-pp-{suffix}"
        self.id = ""

    def create(self, version: str, **parameters: str) -> str:
        """As Service Catalog does: the template is looked at first."""
        url = {"TemplateURL": self.account.url(self.product, version)}
        self.cloudformation.validate_template(**url)
        self.cloudformation.get_template_summary(**url)
        self.id = self.cloudformation.create_stack(StackName=self.name, **self._how(version, parameters))["StackId"]
        return self.settled()

    def update(self, version: str, **parameters: str) -> str:
        self.cloudformation.update_stack(StackName=self.name, **self._how(version, parameters))
        return self.settled()

    def delete(self) -> str:
        self.cloudformation.delete_stack(StackName=self.name)
        return self.settled()

    def settled(self) -> str:
        """The status after the work; with what failed, for people who read a failing test."""
        deadline = time.monotonic() + 120
        while (status := self._described()["StackStatus"]).endswith("IN_PROGRESS") and time.monotonic() < deadline:
            time.sleep(0.1)
        if "ROLLBACK" in status or "FAILED" in status:
            print(self.reasons())
        return str(status)

    def reasons(self) -> str:
        """Why resources failed, the newest first."""
        events = self.account.client("cloudformation").describe_stack_events(StackName=self.id)["StackEvents"]
        failed = [event for event in events if "FAILED" in event["ResourceStatus"]]
        return "\n".join(f"{item['LogicalResourceId']}: {item.get('ResourceStatusReason')}" for item in failed)

    def clear(self) -> None:
        """The administrator takes away what is left."""
        self.account.client("cloudformation").delete_stack(StackName=self.name)
        if self.id:
            self.settled()

    @property
    def outputs(self) -> dict[str, str]:
        return {output["OutputKey"]: output["OutputValue"] for output in self._described()["Outputs"]}

    @property
    def physical(self) -> dict[str, str]:
        rows = self.account.client("cloudformation").describe_stack_resources(StackName=self.id)["StackResources"]
        return {row["LogicalResourceId"]: row["PhysicalResourceId"] for row in rows}

    def _described(self) -> dict[str, Any]:
        administrator = self.account.client("cloudformation")
        found: dict[str, Any] = administrator.describe_stacks(StackName=self.id)["Stacks"][0]
        return found

    def _how(self, version: str, parameters: dict[str, str]) -> dict[str, Any]:
        return {
            "TemplateURL": self.account.url(self.product, version),
            "Parameters": [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
            "Capabilities": ["CAPABILITY_NAMED_IAM"],
        }
