"""One spoke account in one region, as one of its roles: reads, launches, upgrades and ends provisioned products."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from botocore.exceptions import ClientError

from generators.aws.errors import REFUSED, code, translate_errors
from generators.aws.session import Aws
from generators.catalog.upgrades import Provisioned, newest
from generators.errors import UserError

if TYPE_CHECKING:
    from types_boto3_cloudformation import CloudFormationClient
    from types_boto3_servicecatalog import ServiceCatalogClient

_POLL = (0.2, 5.0)  # seconds between two looks: first, longest
_ENDED = ("SUCCEEDED", "FAILED")
OnProgress = Callable[[str], None]


@dataclass(frozen=True)
class LaunchOption:
    """A product as the role may launch it."""

    id: str
    name: str
    versions: Mapping[str, str]  # name -> id, those that can be launched
    all_versions: Mapping[str, str]  # deprecated ones too: good for upgrades
    path: str


class Spoke:
    """Every method raises UserError: exit code 1 for what the person named wrongly, 3 for what AWS refused."""

    def __init__(self, aws: Aws, account: str, region: str, role: str, source_account: str = "") -> None:
        self.where = f"{account} ({region})"
        self.region, self._role = region, role
        with translate_errors(self.where):
            self.catalog: ServiceCatalogClient = aws.client("servicecatalog", region, account, role, source_account)
            self._stacks: CloudFormationClient = aws.client("cloudformation", region, account, role, source_account)

    def read(self) -> tuple[Provisioned, ...]:
        """Every provisioned product of the account, whoever launched it.

        https://docs.aws.amazon.com/servicecatalog/latest/dg/API_AccessLevelFilter.html
        """
        with translate_errors(self.where):
            return tuple(self._listed())

    def find(self, name: str) -> Provisioned:
        """The provisioned product of this name; UserError naming those that exist."""
        known = {it.name: it for it in self.read()}
        if name not in known:
            others = ", ".join(sorted(known)) or "none at all"
            raise UserError(f"{self.where}: there is no provisioned product '{name}'; there is: {others}")
        return known[name]

    def offer(self, product: str) -> LaunchOption:
        """What the role sees of a product; UserError when it sees nothing."""
        with translate_errors(self.where):
            try:
                answer = self.catalog.describe_product(Name=product)
            except ClientError as error:
                if code(error) != "ResourceNotFoundException":
                    raise
                raise UserError(
                    f"{self.where}: {self._role} sees no product '{product}'; publish it, and share its portfolio with "
                    "the account's unit and grant it to the role"
                ) from None
        shown = answer["ProvisioningArtifacts"]
        return LaunchOption(
            id=answer["ProductViewSummary"]["ProductId"],
            name=product,
            versions={it["Name"]: it["Id"] for it in shown if it.get("Guidance") != "DEPRECATED"},
            all_versions={it["Name"]: it["Id"] for it in shown},
            path=answer["LaunchPaths"][0]["Id"],
        )

    def provision(
        self, offer: LaunchOption, version: str, name: str, parameters: Mapping[str, str], hear: OnProgress
    ) -> Mapping[str, str]:
        """Launch and wait; the outputs. A launch of the same name that is under way is joined, not repeated."""
        for it in self.read():
            if it.name == name:
                return self._join(it, offer, version, hear)
        with translate_errors(self.where):
            answer = self.catalog.provision_product(
                ProductId=offer.id,
                ProvisioningArtifactId=offer.versions[version],
                PathId=offer.path,
                ProvisionedProductName=name,
                ProvisioningParameters=[{"Key": key, "Value": value} for key, value in parameters.items()],
                ProvisionToken=uuid4().hex,  # AWS refuses a second launch of the name by itself
            )
            return self._await(name, answer["RecordDetail"]["RecordId"], hear)

    def upgrade(
        self, it: Provisioned, offer: LaunchOption, version: str, parameters: Mapping[str, str], hear: OnProgress
    ) -> Mapping[str, str]:
        """Move to another version in place and wait; what is not given keeps its value. TAINTED is a failure."""
        with translate_errors(self.where):
            artifact = offer.all_versions[version]
            answer = self.catalog.update_provisioned_product(
                ProvisionedProductId=it.id,
                ProductId=offer.id,
                ProvisioningArtifactId=artifact,
                PathId=offer.path,
                ProvisioningParameters=self._kept(it, offer, artifact, parameters),
                UpdateToken=uuid4().hex,
            )
            return self._await(it.name, answer["RecordDetail"]["RecordId"], hear)

    def terminate(self, it: Provisioned, hear: OnProgress) -> None:
        """Delete the stack and wait until it is gone."""
        with translate_errors(self.where):
            answer = self.catalog.terminate_provisioned_product(ProvisionedProductId=it.id, TerminateToken=uuid4().hex)
            self._await(it.name, answer["RecordDetail"]["RecordId"], hear)

    def _listed(self) -> Iterable[Provisioned]:
        token = ""
        while True:
            page = self.catalog.search_provisioned_products(
                AccessLevelFilter={"Key": "Account", "Value": "self"}, PageSize=100, PageToken=token
            )
            yield from (self._provisioned(dict(it)) for it in page["ProvisionedProducts"])
            token = page.get("NextPageToken", "")
            if not token:
                return

    def _provisioned(self, row: Mapping[str, Any]) -> Provisioned:
        return Provisioned(
            id=row["Id"],
            name=row["Name"],
            product=row.get("ProductName", ""),
            version=row.get("ProvisioningArtifactName", ""),
            status=row["Status"],
            who=row.get("UserArn", ""),
            region=self.region,
            stack=row.get("PhysicalId", ""),
            record=row.get("LastRecordId", ""),
        )

    def _join(self, it: Provisioned, offer: LaunchOption, version: str, hear: OnProgress) -> Mapping[str, str]:
        if (it.product, it.version, it.status) == (offer.name, version, "UNDER_CHANGE"):
            with translate_errors(self.where):
                return self._await(it.name, it.record, hear)
        raise UserError(
            f"{self.where}: '{it.name}' exists already ({it.product} {it.version}, {it.status}); "
            "choose another --name, move it with `catalog upgrade`, or end it with `catalog terminate`"
        )

    def _kept(self, it: Provisioned, offer: LaunchOption, artifact: str, given: Mapping[str, str]) -> list[Any]:
        """The new version's parameters: given ones, and the values that the stack has already."""
        asked = self.catalog.describe_provisioning_parameters(
            ProductId=offer.id, ProvisioningArtifactId=artifact, PathId=offer.path
        )
        wanted = {parameter["ParameterKey"] for parameter in asked["ProvisioningArtifactParameters"]}
        stacks = self._stacks.describe_stacks(StackName=it.stack)["Stacks"] if it.stack else []
        had = {parameter["ParameterKey"] for stack in stacks for parameter in stack.get("Parameters", [])}
        kept = sorted((wanted & had) - given.keys())
        new = [{"Key": key, "Value": value, "UsePreviousValue": False} for key, value in given.items()]
        return new + [{"Key": key, "UsePreviousValue": True} for key in kept]

    def _await(self, name: str, record: str, hear: OnProgress) -> Mapping[str, str]:
        """Wait for the record's end; its outputs, or UserError with CloudFormation's reasons."""
        pause, longest = _POLL
        said = ""
        while True:
            found = self.catalog.describe_record(Id=record)
            status = found["RecordDetail"]["Status"]
            if status != said:
                hear(f"{name} {status.lower().replace('_', ' ')}")
                said = status
            if status in _ENDED:
                break
            time.sleep(pause)
            pause = min(pause * 1.3, longest)
        if status == "FAILED":
            raise UserError(self._failure(name, dict(found["RecordDetail"])), REFUSED)
        return {it["OutputKey"]: it.get("OutputValue", "") for it in found.get("RecordOutputs", [])}

    def _failure(self, name: str, record: Mapping[str, Any]) -> list[str]:
        """What failed, how it is left, and CloudFormation's reasons; Service Catalog's own when there was no stack."""
        left = next((it for it in self._listed() if it.name == name), None)
        what, state = record["RecordType"].lower().replace("_", " "), left.status if left else "gone"
        told = [f"{it.get('Code')}: {it.get('Description')}" for it in record.get("RecordErrors", [])]
        reasons = self._reasons(left.stack) if left and left.stack else []
        return [
            f"{self.where} {name}: {what} failed, it is {state} now; correct what is named below and try again",
            *(f"{self.where} {name}: {text}" for text in (reasons or told or ["AWS gave no reason; see its events"])),
        ]

    def _reasons(self, stack: str) -> list[str]:
        """Of the last operation on the stack, first failure first; cancelled neighbours left out."""
        try:
            pages = self._stacks.get_paginator("describe_stack_events").paginate(StackName=stack)
            events = [dict(it) for page in pages for it in page["StackEvents"]]
        except ClientError:
            return []
        return list(_failures(events))


def _failures(events: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    """Events come newest first; the last operation begins where the stack itself starts to change."""
    last: list[Mapping[str, Any]] = []
    for it in events:
        last.append(it)
        if it["PhysicalResourceId"] == it["StackId"] and it["ResourceStatus"] in (
            "CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "DELETE_IN_PROGRESS",
        ):  # fmt: skip
            break
    for it in reversed(last):
        reason = it.get("ResourceStatusReason", "")
        if it["ResourceStatus"].endswith("_FAILED") and "cancelled" not in reason:
            yield f"{it['LogicalResourceId']} ({it['ResourceType']}) {it['ResourceStatus']}: {reason}"


def choose(offer: LaunchOption, version: str, where: str) -> str:
    """The version to launch: the one that is named, else the newest; UserError when there is none."""
    wanted = version or newest(offer.versions)
    if wanted not in offer.versions:
        known = ", ".join(offer.versions) or "none"
        raise UserError(f"{where}: {offer.name} {version} cannot be launched; versions that can: {known}")
    return wanted
