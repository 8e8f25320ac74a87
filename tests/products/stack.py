"""A CloudFormation stack of a product, created by its launch role on the embedded AWS."""

from __future__ import annotations

import time
from typing import Any

from tests.products.spoke_account import ACCOUNT, SpokeAccount


class Stack:
    """A stack of a product; every operation waits for its end and returns the status."""

    def __init__(self, account: SpokeAccount, product: str, suffix: str, key: str) -> None:
        self.account, self.product = account, product
        self.cloudformation = account.client("cloudformation", key)
        self.name = f"SC-{ACCOUNT}-pp-{suffix}"
        self.id = ""

    def create(self, version: str, **parameters: str) -> str:
        """Create the stack as Service Catalog does, which validates the template first."""
        url = {"TemplateURL": self.account.template_url(self.product, version)}
        self.cloudformation.validate_template(**url)
        self.cloudformation.get_template_summary(**url)
        self.id = self.cloudformation.create_stack(StackName=self.name, **self._arguments(version, parameters))[
            "StackId"
        ]
        return self.wait()

    def update(self, version: str, **parameters: str) -> str:
        self.cloudformation.update_stack(StackName=self.name, **self._arguments(version, parameters))
        return self.wait()

    def delete(self) -> str:
        self.cloudformation.delete_stack(StackName=self.name)
        return self.wait()

    def wait(self) -> str:
        """The status after the operation; prints the reasons of a failure."""
        deadline = time.monotonic() + 120
        while (status := self._describe()["StackStatus"]).endswith("IN_PROGRESS") and time.monotonic() < deadline:
            time.sleep(0.1)
        if "ROLLBACK" in status or "FAILED" in status:
            print(self.reasons())
        return str(status)

    def reasons(self) -> str:
        """The reasons of failed resources, the newest first."""
        events = self.account.client("cloudformation").describe_stack_events(StackName=self.id)["StackEvents"]
        failed = [event for event in events if "FAILED" in event["ResourceStatus"]]
        return "\n".join(f"{event['LogicalResourceId']}: {event.get('ResourceStatusReason')}" for event in failed)

    def force_delete(self) -> None:
        """Delete the rest of the stack as administrator."""
        self.account.client("cloudformation").delete_stack(StackName=self.name)
        if self.id:
            self.wait()

    @property
    def outputs(self) -> dict[str, str]:
        return {output["OutputKey"]: output["OutputValue"] for output in self._describe()["Outputs"]}

    @property
    def physical(self) -> dict[str, str]:
        """Logical id -> physical id of each resource."""
        rows = self.account.client("cloudformation").describe_stack_resources(StackName=self.id)["StackResources"]
        return {row["LogicalResourceId"]: row["PhysicalResourceId"] for row in rows}

    def _describe(self) -> dict[str, Any]:
        administrator = self.account.client("cloudformation")
        description: dict[str, Any] = administrator.describe_stacks(StackName=self.id)["Stacks"][0]
        return description

    def _arguments(self, version: str, parameters: dict[str, str]) -> dict[str, Any]:
        return {
            "TemplateURL": self.account.template_url(self.product, version),
            "Parameters": [{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
            "Capabilities": ["CAPABILITY_NAMED_IAM"],
        }
