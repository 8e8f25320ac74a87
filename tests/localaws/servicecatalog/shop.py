"""A catalogue with its lead, as short sentences for the tests of launches."""

from dataclasses import dataclass
from typing import Any

from tests.localaws.servicecatalog.catalogue import Hub, ended, unique


@dataclass
class Shop:
    """A portfolio that the whole organisation sees, and its lead in a spoke, who may nothing but use the catalogue."""

    hub: Hub
    spoke: str
    portfolio: str

    @property
    def lead(self) -> Any:
        return self.hub.aws("servicecatalog", self.spoke, "lead")

    def stacks(self, account: str) -> dict[str, dict[str, Any]]:
        """Stacks of an account by name, those that are gone too."""
        cloudformation = self.hub.aws("cloudformation", account)
        return {it["StackName"]: it for it in cloudformation.describe_stacks()["Stacks"]}

    def offer(self, body: str = "", role: str = "launch-it") -> str:
        """A product that is launched under the spoke's role."""
        product, _ = self.hub.product(self.portfolio, body)
        if role:
            self.hub.constrain(self.portfolio, product, "LAUNCH", LocalRoleName=role)
        return product

    def launch(self, product: str, catalog: Any = None, version: str = "1.0.0", **more: Any) -> dict[str, Any]:
        """The answer of ProvisionProduct."""
        given = {"ProvisionedProductName": unique("launched"), "ProvisionToken": unique("t"), **more}
        catalog = catalog or self.lead
        made: dict[str, Any] = catalog.provision_product(ProductId=product, ProvisioningArtifactName=version, **given)
        return made

    def launched(self, product: str, **more: Any) -> str:
        """The id of a provisioned product that is there."""
        record = ended(self.lead, self.launch(product, **more))["RecordDetail"]
        assert (record["Status"], record["RecordErrors"]) == ("SUCCEEDED", [])
        return str(record["ProvisionedProductId"])

    def upgrade(self, provisioned: str, **more: Any) -> dict[str, Any]:
        """The record at its end."""
        given = {"ProvisionedProductId": provisioned, "UpdateToken": unique("t"), **more}
        return ended(self.lead, self.lead.update_provisioned_product(**given))

    def state(self, provisioned: str) -> dict[str, Any]:
        found: dict[str, Any] = self.lead.describe_provisioned_product(Id=provisioned)["ProvisionedProductDetail"]
        return found
