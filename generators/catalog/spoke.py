"""One spoke account in one region, as one of its roles: lists, provisions, upgrades and terminates products."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from botocore.exceptions import ClientError

from generators.aws.errors import REFUSED, code, translate_errors
from generators.aws.polling import poll
from generators.aws.session import Aws
from generators.catalog.upgrades import ProvisionedProduct, newest
from generators.cloudformation.normal_form import is_ssm_parameter
from generators.errors import UserError

if TYPE_CHECKING:
    from types_boto3_cloudformation import CloudFormationClient
    from types_boto3_servicecatalog import ServiceCatalogClient
    from types_boto3_servicecatalog.type_defs import DescribeRecordOutputTypeDef

# The longest product, an EMR cluster with its roles and buckets, is launched in half an hour.
TIMEOUT = 2 * 60 * 60.0  # seconds to wait for an operation
_FINAL_STATUSES = ("SUCCEEDED", "FAILED")
OnProgress = Callable[[str], None]


@dataclass(frozen=True)
class LaunchOption:
    """A product that the role may launch."""

    id: str
    name: str
    versions: Mapping[str, str]  # name -> id, of versions that can be launched
    all_versions: Mapping[str, str]  # name -> id, with the deprecated versions, which upgrades may use
    path: str


class Spoke:
    """Every method raises UserError: exit code 1 for a wrong name, 3 for a refusal of AWS or at the timeout (seconds).

    Threads may share it.
    """

    def __init__(
        self, aws: Aws, account: str, region: str, role: str, source_account: str = "", timeout: float = TIMEOUT
    ) -> None:
        self.where = f"{account} ({region})"
        self.region, self._role, self._timeout = region, role, timeout
        self.parallel_upgrades = aws.platform.concurrency.upgrades
        self._client: Callable[[str], Any] = lambda service: aws.client(service, region, account, role, source_account)
        with translate_errors(self.where):
            self.catalog: ServiceCatalogClient = self._client("servicecatalog")

    @cached_property
    def _stacks(self) -> CloudFormationClient:
        """CloudFormation, which a listing does not need."""
        client: CloudFormationClient = self._client("cloudformation")
        return client

    def read(self) -> tuple[ProvisionedProduct, ...]:
        """Every provisioned product of the account, whoever launched it.

        https://docs.aws.amazon.com/servicecatalog/latest/dg/API_AccessLevelFilter.html
        """
        with translate_errors(self.where):
            return tuple(provisioned_products(self.catalog, self.region))

    def find(self, name: str) -> ProvisionedProduct:
        """The provisioned product of this name; UserError naming those that exist."""
        by_name = {provisioned.name: provisioned for provisioned in self.read()}
        if name not in by_name:
            others = ", ".join(sorted(by_name)) or "none at all"
            raise UserError(f"{self.where}: there is no provisioned product '{name}'; there is: {others}")
        return by_name[name]

    def launch_option(self, product: str) -> LaunchOption:
        """The product as the role may launch it; UserError when it may not."""
        with translate_errors(self.where):
            try:
                response = self.catalog.describe_product(Name=product)
            except ClientError as error:
                if code(error) != "ResourceNotFoundException":
                    raise
                raise UserError(
                    f"{self.where}: {self._role} sees no product '{product}'; publish it, and share its portfolio with "
                    "the account's unit and grant it to the role"
                ) from None
        artifacts = response["ProvisioningArtifacts"]
        return LaunchOption(
            id=response["ProductViewSummary"]["ProductId"],
            name=product,
            versions={item["Name"]: item["Id"] for item in artifacts if item.get("Guidance") != "DEPRECATED"},
            all_versions={item["Name"]: item["Id"] for item in artifacts},
            path=response["LaunchPaths"][0]["Id"],
        )

    def provision(
        self, option: LaunchOption, version: str, name: str, parameters: Mapping[str, str], on_progress: OnProgress
    ) -> Mapping[str, str]:
        """Launch, wait and return the outputs; continues with the same launch of an interrupted run.

        The launch is found by its name and by its idempotency token, which begins with a digest of the request. It
        ends with a random part: AWS answers a repeated token with the record of the first request, even after the
        product was terminated.
        https://docs.aws.amazon.com/servicecatalog/latest/dg/API_ProvisionedProductAttribute.html
        """
        digest = _digest(option.id, option.versions[version], option.path, name, parameters)
        for provisioned in self.read():
            if provisioned.name == name:
                self._require_same_launch(provisioned, digest)
                with translate_errors(self.where):
                    return self._wait(name, provisioned.last_record_id, on_progress)
        with translate_errors(self.where):
            response = self.catalog.provision_product(
                ProductId=option.id,
                ProvisioningArtifactId=option.versions[version],
                PathId=option.path,
                ProvisionedProductName=name,
                ProvisioningParameters=[{"Key": key, "Value": value} for key, value in parameters.items()],
                ProvisionToken=f"{digest}-{uuid4().hex}",  # AWS itself refuses a second launch of the name
            )
            return self._wait(name, response["RecordDetail"]["RecordId"], on_progress)

    def upgrade(
        self,
        provisioned: ProvisionedProduct,
        option: LaunchOption,
        version: str,
        parameters: Mapping[str, str],
        on_progress: OnProgress,
    ) -> Mapping[str, str]:
        """Update to another version in place and wait; other parameters keep their values. TAINTED is a failure."""
        with translate_errors(self.where):
            artifact_id = option.all_versions[version]
            response = self.catalog.update_provisioned_product(
                ProvisionedProductId=provisioned.id,
                ProductId=option.id,
                ProvisioningArtifactId=artifact_id,
                PathId=option.path,
                ProvisioningParameters=self._update_parameters(provisioned, option, artifact_id, parameters),
                UpdateToken=uuid4().hex,
            )
            return self._wait(provisioned.name, response["RecordDetail"]["RecordId"], on_progress)

    def terminate(self, provisioned: ProvisionedProduct, on_progress: OnProgress) -> None:
        """Delete the stack and wait for the deletion."""
        with translate_errors(self.where):
            response = self.catalog.terminate_provisioned_product(
                ProvisionedProductId=provisioned.id, TerminateToken=uuid4().hex
            )
            self._wait(provisioned.name, response["RecordDetail"]["RecordId"], on_progress)

    def _require_same_launch(self, provisioned: ProvisionedProduct, digest: str) -> None:
        """UserError unless the provisioned product is the result of this request, or will be."""
        is_same = provisioned.idempotency_token.startswith(f"{digest}-") and self._is_launch(provisioned.last_record_id)
        if not is_same or provisioned.status not in ("UNDER_CHANGE", "AVAILABLE"):
            raise UserError(
                f"{self.where}: '{provisioned.name}' exists already ({provisioned.product} {provisioned.version}, "
                f"{provisioned.status}); "
                "choose another --name, move it with `catalog upgrade`, or end it with `catalog terminate`"
            )

    def _is_launch(self, record_id: str) -> bool:
        with translate_errors(self.where):
            return self.catalog.describe_record(Id=record_id)["RecordDetail"]["RecordType"] == "PROVISION_PRODUCT"

    def _update_parameters(
        self, provisioned: ProvisionedProduct, option: LaunchOption, artifact_id: str, values: Mapping[str, str]
    ) -> list[Any]:
        """The parameters of the new version: these values, the paths of its contracts, the stack's previous values.

        A contract is the platform's: the previous path is what the older version allowed.
        """
        response = self.catalog.describe_provisioning_parameters(
            ProductId=option.id, ProvisioningArtifactId=artifact_id, PathId=option.path
        )
        declared = {parameter["ParameterKey"]: parameter for parameter in response["ProvisioningArtifactParameters"]}
        paths = {
            name: parameter["DefaultValue"]
            for name, parameter in declared.items()
            if is_ssm_parameter({"Type": parameter.get("ParameterType", "")}) and "DefaultValue" in parameter
        }
        stack_arn = provisioned.stack_arn
        stacks = self._stacks.describe_stacks(StackName=stack_arn)["Stacks"] if stack_arn else []
        previous = {parameter["ParameterKey"] for stack in stacks for parameter in stack.get("Parameters", [])}
        changed = {**paths, **values}
        unchanged = sorted((declared.keys() & previous) - changed.keys())
        new = [{"Key": key, "Value": value, "UsePreviousValue": False} for key, value in changed.items()]
        return new + [{"Key": key, "UsePreviousValue": True} for key in unchanged]

    def _wait(self, name: str, record_id: str, on_progress: OnProgress) -> Mapping[str, str]:
        """Wait for the final status of a record; its outputs, or UserError with CloudFormation's reasons."""
        last_status = ""

        def read() -> DescribeRecordOutputTypeDef:
            nonlocal last_status
            record = self.catalog.describe_record(Id=record_id)
            status = record["RecordDetail"]["Status"]
            if status != last_status:
                on_progress(f"{name} {status.lower().replace('_', ' ')}")
                last_status = status
            return record

        record = poll(read, lambda record: record["RecordDetail"]["Status"] in _FINAL_STATUSES, self._timeout)
        if last_status == "FAILED":
            raise UserError(self._failure(name, dict(record["RecordDetail"])), REFUSED)
        if last_status != "SUCCEEDED":
            raise UserError(
                f"{self.where} {name}: is {last_status.lower().replace('_', ' ')} after {self._timeout / 60:.0f} "
                "minutes, and goes on in AWS; look at its stack, or run the command again to wait on",
                REFUSED,
            )
        return {output["OutputKey"]: output.get("OutputValue", "") for output in record.get("RecordOutputs", [])}

    def _failure(self, name: str, record: Mapping[str, Any]) -> list[str]:
        """The failed operation, the resulting state, and the reasons of CloudFormation, else of Service Catalog."""
        provisioned = next(
            (item for item in provisioned_products(self.catalog, self.region) if item.name == name), None
        )
        operation = record["RecordType"].lower().replace("_", " ")
        state = provisioned.status if provisioned else "gone"
        errors = [f"{error.get('Code')}: {error.get('Description')}" for error in record.get("RecordErrors", [])]
        reasons = self._stack_failures(provisioned.stack_arn) if provisioned and provisioned.stack_arn else []
        reasons = reasons or errors or ["AWS gave no reason; see its events"]
        return [
            f"{self.where} {name}: {operation} failed, it is {state} now; correct what is named below and try again",
            *(f"{self.where} {name}: {reason}" for reason in reasons),
        ]

    def _stack_failures(self, stack_arn: str) -> list[str]:
        """Failures of the last operation on the stack, the first one first, without cancelled resources."""
        try:
            pages = self._stacks.get_paginator("describe_stack_events").paginate(StackName=stack_arn)
            events = [dict(event) for page in pages for event in page["StackEvents"]]
        except ClientError:
            return []
        return list(_failures(events))


def provisioned_products(catalog: ServiceCatalogClient, region: str) -> Iterable[ProvisionedProduct]:
    """Every provisioned product of the client's account and region."""
    token = ""
    while True:
        page = catalog.search_provisioned_products(
            AccessLevelFilter={"Key": "Account", "Value": "self"}, PageSize=100, PageToken=token
        )
        yield from (_provisioned_product(dict(attributes), region) for attributes in page["ProvisionedProducts"])
        token = page.get("NextPageToken", "")
        if not token:
            return


def _provisioned_product(attributes: Mapping[str, Any], region: str) -> ProvisionedProduct:
    return ProvisionedProduct(
        id=attributes["Id"],
        name=attributes["Name"],
        product=attributes.get("ProductName", ""),
        version=attributes.get("ProvisioningArtifactName", ""),
        status=attributes["Status"],
        user_arn=attributes.get("UserArn", ""),
        region=region,
        stack_arn=attributes.get("PhysicalId", ""),
        last_record_id=attributes.get("LastRecordId", ""),
        idempotency_token=attributes.get("IdempotencyToken", ""),
    )


def _failures(events: Iterable[Mapping[str, Any]]) -> Iterable[str]:
    """Events are sorted newest first; the last operation begins where the stack itself starts to change."""
    operation: list[Mapping[str, Any]] = []
    for event in events:
        operation.append(event)
        if event["PhysicalResourceId"] == event["StackId"] and event["ResourceStatus"] in (
            "CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "DELETE_IN_PROGRESS",
        ):  # fmt: skip
            break
    for event in reversed(operation):
        reason = event.get("ResourceStatusReason", "")
        if event["ResourceStatus"].endswith("_FAILED") and "cancelled" not in reason:
            yield f"{event['LogicalResourceId']} ({event['ResourceType']}) {event['ResourceStatus']}: {reason}"


def _digest(*request: str | Mapping[str, str]) -> str:
    """32 hexadecimal digits of a request."""
    return hashlib.sha256(json.dumps(request, sort_keys=True).encode()).hexdigest()[:32]


def choose_version(option: LaunchOption, version: str, where: str) -> str:
    """The given version, otherwise the newest; UserError when it cannot be launched."""
    chosen = version or newest(option.versions)
    if chosen not in option.versions:
        versions = ", ".join(option.versions) or "none"
        raise UserError(f"{where}: {option.name} {version} cannot be launched; versions that can: {versions}")
    return chosen
