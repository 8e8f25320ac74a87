"""A portfolio shared with a spoke account, and its user there, for the tests of provisioning."""

from dataclasses import dataclass
from typing import Any

from tests.localaws.servicecatalog.catalogue import Hub, unique, wait_for_record


@dataclass
class SharedCatalog:
    """A portfolio shared with the organization; `lead` is a role in the spoke with Service Catalog permissions only."""

    hub: Hub
    spoke: str
    portfolio: str

    @property
    def lead(self) -> Any:
        return self.hub.aws("servicecatalog", self.spoke, "lead")

    def stacks(self, account: str) -> dict[str, dict[str, Any]]:
        """Return the stacks of an account by name."""
        cloudformation = self.hub.aws("cloudformation", account)
        return {stack["StackName"]: stack for stack in cloudformation.describe_stacks()["Stacks"]}

    def create_product(self, body: str = "", role: str = "launch-it") -> str:
        """Create a product with the launch role of the spoke."""
        product, _ = self.hub.product(self.portfolio, body)
        if role:
            self.hub.constrain(self.portfolio, product, "LAUNCH", LocalRoleName=role)
        return product

    def provision(self, product: str, catalog: Any = None, version: str = "1.0.0", **fields: Any) -> dict[str, Any]:
        """Return the response of ProvisionProduct."""
        request = {"ProvisionedProductName": unique("launched"), "ProvisionToken": unique("t"), **fields}
        catalog = catalog or self.lead
        response: dict[str, Any] = catalog.provision_product(
            ProductId=product, ProvisioningArtifactName=version, **request
        )
        return response

    def provision_and_wait(self, product: str, **fields: Any) -> str:
        """Provision a product and return the id of the provisioned product."""
        record = wait_for_record(self.lead, self.provision(product, **fields))["RecordDetail"]
        assert (record["Status"], record["RecordErrors"]) == ("SUCCEEDED", [])
        return str(record["ProvisionedProductId"])

    def update(self, provisioned_product: str, **fields: Any) -> dict[str, Any]:
        """Update a provisioned product and return the completed record."""
        request = {"ProvisionedProductId": provisioned_product, "UpdateToken": unique("t"), **fields}
        return wait_for_record(self.lead, self.lead.update_provisioned_product(**request))

    def describe(self, provisioned_product: str) -> dict[str, Any]:
        detail: dict[str, Any] = self.lead.describe_provisioned_product(Id=provisioned_product)[
            "ProvisionedProductDetail"
        ]
        return detail
