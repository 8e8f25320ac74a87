"""The hub in one region: reads what it holds, applies actions to it. Names become ids here and nowhere else."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from botocore.exceptions import ClientError

from generators.aws.errors import code, translate_errors
from generators.aws.session import Aws
from generators.catalog.desired_state import DesiredProduct, description, digest
from generators.catalog.plan import (
    Action,
    AddVersion,
    AttachToPortfolio,
    CreateProduct,
    HubState,
    PublishedProduct,
    SetLaunchRole,
    SetReleaseDigest,
    UpdateProduct,
)
from generators.catalog.release_bucket import Bucket
from generators.catalog.upgrades import newest
from generators.errors import UserError
from generators.release import versions_folder
from generators.release.model import Release
from generators.release.version import Version

if TYPE_CHECKING:
    from types_boto3_servicecatalog import ServiceCatalogClient
    from types_boto3_servicecatalog.type_defs import ProductViewSummaryTypeDef

# https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-projects-templates-custom.html
_STUDIO = "sagemaker:studio-visibility"
_SHOWN: list[dict[str, str]] = [{"Key": _STUDIO, "Value": "true"}]
_ABREAST = 8  # verifications under way at once
_WORDS = {
    "Name": "Name",
    "Owner": "Owner",
    "Description": "ShortDescription",
    "SupportEmail": "SupportEmail",
    "SupportUrl": "SupportUrl",
    "SupportDescription": "SupportDescription",
}


class Hub:
    """One region of the hub account. Every method raises UserError for what AWS refuses.

    Reads as the caller and writes as the release role, the only one whose writes the release bucket accepts.
    """

    def __init__(self, aws: Aws, region: str) -> None:
        self.region = region
        self._aws = aws
        with translate_errors(f"hub ({region})"):
            self.catalog: ServiceCatalogClient = aws.client("servicecatalog", region, aws.hub_account)
            s3 = aws.client("s3", region, aws.hub_account)
        self.bucket = Bucket(s3, lambda: self._as_release("s3"), aws.platform.bucket(aws.hub_account, region), region)
        self.portfolios: dict[str, str] = {}  # name -> id
        self.products: dict[str, str] = {}  # name -> id

    @cached_property
    def writer(self) -> ServiceCatalogClient:
        """Service Catalog as the release role."""
        client: ServiceCatalogClient = self._as_release("servicecatalog")
        return client

    def _as_release(self, service: str) -> Any:
        role = f"{self._aws.platform.name_prefix}-release"
        return self._aws.client(service, self.region, self._aws.hub_account, role)

    def read(self, wanted: Sequence[DesiredProduct], thorough: bool = False) -> HubState:
        """What the hub holds of these products.

        One listing of portfolios, one of products (20 a page), and one call for each product whose release mark is the
        wanted one: its declared version must be there with its digest. Only the others are read in full; with
        `thorough` all are.
        """
        with translate_errors(f"hub ({self.region})"):
            self.portfolios = self._portfolios()
            listed = self._listed({it.product.name for it in wanted})
            self.products = {name: summary["ProductId"] for name, summary in listed.items()}
            known = [it for it in wanted if it.product.name in listed]
            with ThreadPoolExecutor(_ABREAST) as pool:
                held = pool.map(lambda it: self._held(it, listed[it.product.name], thorough), known)
                products = {it.name: it for it in held}
        return HubState(self.region, frozenset(self.portfolios), products)

    def apply(self, actions: Iterable[Action], on_done: Callable[[Action], None] = lambda _: None) -> None:
        """Do one after the other; stops at the first refusal, so what was done is what `on_done` heard of."""
        for action in actions:
            with translate_errors(f"hub ({self.region})"):
                self._apply(action)
            on_done(action)

    def full(self, name: str) -> PublishedProduct | None:
        """Everything the hub holds of one product; None when it holds none. Needs a read() before."""
        if name not in self.products:
            return None
        with translate_errors(f"hub ({self.region})"):
            return self._full(self.products[name])

    def newest_versions(self) -> Mapping[str, str]:
        """Product name -> its newest version that can be launched, of every product of the hub."""
        with translate_errors(f"hub ({self.region})"):
            pages = self.catalog.get_paginator("search_products_as_admin").paginate()
            products = [it["ProductViewSummary"] for page in pages for it in page["ProductViewDetails"]]
            return {it["Name"]: newest(self._launchable(it["ProductId"])) for it in products}

    def _launchable(self, product: str) -> list[str]:
        found = self.catalog.list_provisioning_artifacts(ProductId=product)["ProvisioningArtifactDetails"]
        return [it["Name"] for it in found if it["Active"] and it.get("Guidance") != "DEPRECATED"]

    def _portfolios(self) -> dict[str, str]:
        pages = self.catalog.get_paginator("list_portfolios").paginate()
        return {it["DisplayName"]: it["Id"] for page in pages for it in page["PortfolioDetails"]}

    def _listed(self, names: set[str]) -> Mapping[str, ProductViewSummaryTypeDef]:
        """Ours among the hub's products, by name."""
        found: dict[str, ProductViewSummaryTypeDef] = {}
        pages = self.catalog.get_paginator("search_products_as_admin").paginate()
        for page in pages:
            for detail in page["ProductViewDetails"]:
                summary = detail["ProductViewSummary"]
                name = summary["Name"]
                if name in found and name in names:
                    raise UserError(
                        f"hub ({self.region}): holds two products named '{name}' ({found[name]['ProductId']} and "
                        f"{summary['ProductId']}); delete the one that nobody uses"
                    )
                found[name] = summary
        return {name: summary for name, summary in found.items() if name in names}

    def _held(self, wanted: DesiredProduct, summary: ProductViewSummaryTypeDef, thorough: bool) -> PublishedProduct:
        mark = summary.get("Distributor", "")
        if not thorough and mark == wanted.mark and self._shows(summary["ProductId"], wanted.declared):
            return PublishedProduct(summary["Name"], mark, settled=True)
        return self._full(summary["ProductId"])

    def _shows(self, product: str, release: Release) -> bool:
        """Whether the hub holds this version with this digest."""
        try:
            answer = self.catalog.describe_provisioning_artifact(
                ProductId=product, ProvisioningArtifactName=str(release.version)
            )
        except ClientError as error:
            if code(error) == "ResourceNotFoundException":
                return False
            raise
        return digest(answer["ProvisioningArtifactDetail"].get("Description", "")) == release.digest

    def _full(self, product: str) -> PublishedProduct:
        answer = self.catalog.describe_product_as_admin(Id=product)
        shown: Mapping[str, Any] = {**answer["ProductViewDetail"]["ProductViewSummary"]}
        versions = answer["ProvisioningArtifactSummaries"]
        return PublishedProduct(
            name=shown["Name"],
            mark=shown.get("Distributor", ""),
            words={key: shown.get(name, "") for key, name in _WORDS.items()},
            versions={Version.parse(it["Name"]): it.get("Description", "") for it in versions},
            portfolios=self._launch_roles(product),
            visible_in_studio={"Key": _STUDIO, "Value": "true"} in answer.get("Tags", []),
        )

    def _launch_roles(self, product: str) -> dict[str, str]:
        """Name of each portfolio that holds the product -> name of the launch role there, "" without one."""
        pages = self.catalog.get_paginator("list_portfolios_for_product").paginate(ProductId=product)
        holding = [(it["DisplayName"], it["Id"]) for page in pages for it in page["PortfolioDetails"]]
        return {name: self._launch(product, portfolio)[1] for name, portfolio in holding}

    def _launch(self, product: str, portfolio: str) -> tuple[str, str]:
        """(id, role name) of the launch constraint; empty strings without one."""
        pages = self.catalog.get_paginator("list_constraints_for_portfolio")
        for page in pages.paginate(PortfolioId=portfolio, ProductId=product):
            for it in page["ConstraintDetails"]:
                if it["Type"] == "LAUNCH":
                    answer = self.catalog.describe_constraint(Id=it["ConstraintId"])
                    named = json.loads(answer["ConstraintParameters"])
                    return it["ConstraintId"], str(named.get("LocalRoleName") or named.get("RoleArn"))
        return "", ""

    def _apply(self, action: Action) -> None:
        match action:
            case CreateProduct(wanted, release):
                self._create(wanted, release)
            case UpdateProduct(wanted):
                name, studio = wanted.product.name, wanted.product.visible_in_studio
                shown: dict[str, Any] = {"AddTags": _SHOWN} if studio else {"RemoveTags": [_STUDIO]}
                self.writer.update_product(Id=self.products[name], **dict[str, Any](wanted.words), **shown)
            case AddVersion(wanted, release):
                self._add(wanted, release)
            case AttachToPortfolio(product, portfolio):
                self.writer.associate_product_with_portfolio(
                    ProductId=self.products[product], PortfolioId=self.portfolios[portfolio]
                )
            case SetLaunchRole(product, portfolio, role):
                self._set_role(self.products[product], self.portfolios[portfolio], role)
            case SetReleaseDigest(product, mark):
                self.writer.update_product(Id=self.products[product], Distributor=mark)

    def _create(self, wanted: DesiredProduct, release: Release) -> None:
        answer = self.writer.create_product(
            **dict[str, Any](wanted.words),
            ProductType="CLOUD_FORMATION_TEMPLATE",
            ProvisioningArtifactParameters=self._artifact(wanted, release),  # type: ignore[arg-type]
            IdempotencyToken=_token("product", wanted.product.name),
            Tags=_SHOWN if wanted.product.visible_in_studio else [],  # type: ignore[arg-type]
        )
        self.products[wanted.product.name] = answer["ProductViewDetail"]["ProductViewSummary"]["ProductId"]

    def _add(self, wanted: DesiredProduct, release: Release) -> None:
        product = self.products[wanted.product.name]
        self.writer.create_provisioning_artifact(
            ProductId=product,
            Parameters=self._artifact(wanted, release),  # type: ignore[arg-type]
            IdempotencyToken=_token("version", product, str(release.version)),
        )

    def _artifact(self, wanted: DesiredProduct, release: Release) -> dict[str, Any]:
        for key, content in versions_folder.project_archives(release):
            self.bucket.put_seed(key, content)
        return {
            "Name": str(release.version),
            "Description": description(wanted, release),
            "Type": "CLOUD_FORMATION_TEMPLATE",
            "Info": {"LoadTemplateFromURL": self.bucket.put(release)},
        }

    def _set_role(self, product: str, portfolio: str, role: str) -> None:
        """LocalRoleName, never a RoleArn of the hub: that would land every stack in the hub."""
        parameters = json.dumps({"LocalRoleName": role})
        known, held = self._launch(product, portfolio)
        if held == role:
            return
        if known:
            self.writer.update_constraint(Id=known, Parameters=parameters)
            return
        try:
            self.writer.create_constraint(
                PortfolioId=portfolio,
                ProductId=product,
                Type="LAUNCH",
                Parameters=parameters,
                Description=f"Launched by {role} of the launching account",
                IdempotencyToken=uuid4().hex,  # AWS itself allows one launch constraint only
            )
        except ClientError as error:
            if code(error) != "DuplicateResourceException":  # another publisher was quicker
                raise


def _token(*identity: str) -> str:
    """The same for the same thing, whoever asks: what a killed run has made is found again, not made twice.

    Derived from what must be unique, not from all that is sent: other content for the same version is then refused by
    AWS instead of becoming a second version of that name.
    """
    return hashlib.sha256("\n".join(identity).encode()).hexdigest()[:32]
