"""The hub account in one region: reads its state and applies actions. Only this module converts names to ids."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from botocore.exceptions import ClientError

from generators.aws.errors import code, translate_errors
from generators.aws.parallel import parallel_map
from generators.aws.session import Aws
from generators.catalog.desired_state import DesiredProduct, description, digest
from generators.catalog.plan import (
    Action,
    AddArchive,
    AddVersion,
    AttachToPortfolio,
    CreateProduct,
    HubState,
    PublishedProduct,
    SetLaunchRole,
    SetReleaseDigest,
    UpdateProduct,
)
from generators.catalog.release_bucket import ReleaseBucket
from generators.catalog.upgrades import newest
from generators.errors import UserError
from generators.release.model import Release
from generators.release.seeds import project_archives
from generators.release.version import Version

if TYPE_CHECKING:
    from types_boto3_servicecatalog import ServiceCatalogClient
    from types_boto3_servicecatalog.type_defs import ProductViewSummaryTypeDef

# https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-projects-templates-custom.html
_STUDIO = "sagemaker:studio-visibility"
_STUDIO_TAGS: list[dict[str, str]] = [{"Key": _STUDIO, "Value": "true"}]
# Parameter of CreateProduct -> field of a product's summary.
_SUMMARY_FIELDS = {
    "Name": "Name",
    "Owner": "Owner",
    "Description": "ShortDescription",
    "SupportEmail": "SupportEmail",
    "SupportUrl": "SupportUrl",
    "SupportDescription": "SupportDescription",
}


class Hub:
    """One region of the hub account. Every method raises UserError for a refusal of AWS.

    Reads as the caller and writes as the release role, the only one that the release bucket accepts.
    """

    def __init__(self, aws: Aws, region: str) -> None:
        self.region = region
        self._aws = aws
        self._parallel_reads = aws.platform.concurrency.hub_reads
        with translate_errors(f"hub ({region})"):
            self.catalog: ServiceCatalogClient = aws.client("servicecatalog", region, aws.hub_account)
            s3 = aws.client("s3", region, aws.hub_account)
        bucket = aws.platform.bucket(aws.hub_account, region)
        self.bucket = ReleaseBucket(s3, lambda: self._as_release_role("s3"), bucket, region)
        self.portfolios: dict[str, str] = {}  # name -> id
        self.products: dict[str, str] = {}  # name -> id

    @cached_property
    def writer(self) -> ServiceCatalogClient:
        """Service Catalog as the release role."""
        client: ServiceCatalogClient = self._as_release_role("servicecatalog")
        return client

    def _as_release_role(self, service: str) -> Any:
        role = f"{self._aws.platform.name_prefix}-release"
        return self._aws.client(service, self.region, self._aws.hub_account, role)

    def read(self, products: Sequence[DesiredProduct], thorough: bool = False) -> HubState:
        """The state of these products in the hub.

        Needs one listing of portfolios, one of products (20 a page), and one call for each product with the desired
        release digest: its current version must exist with its digest. Other products are read completely; with
        `thorough` all are. Project archives are always read.
        """
        with translate_errors(f"hub ({self.region})"):
            self.portfolios = self._portfolios()
            summaries = self._summaries({desired.product.name for desired in products})
            self.products = {name: summary["ProductId"] for name, summary in summaries.items()}
            existing = [desired for desired in products if desired.product.name in summaries]
            published = parallel_map(
                lambda desired: self._published(desired, summaries, thorough), existing, self._parallel_reads
            )
            keys = [key for desired in products for key in desired.archives]
            archives = dict(zip(keys, parallel_map(self.bucket.digest, keys, self._parallel_reads), strict=True))
        return HubState(
            self.region,
            frozenset(self.portfolios),
            {product.name: product for product in published},
            {key: digest for key, digest in archives.items() if digest},
        )

    def apply(self, actions: Iterable[Action], on_progress: Callable[[Action], None] = lambda _: None) -> None:
        """Apply the actions in order, with `on_progress` after each; the first refusal stops them."""
        for action in actions:
            with translate_errors(f"hub ({self.region})"):
                self._apply(action)
            on_progress(action)

    def newest_versions(self) -> Mapping[str, str]:
        """Product name -> its newest version that can be launched, of every product of the hub."""
        with translate_errors(f"hub ({self.region})"):
            summaries = list(self._all_summaries())
            versions = parallel_map(
                lambda summary: self._launchable_versions(summary["ProductId"]), summaries, self._parallel_reads
            )
        return {summary["Name"]: newest(names) for summary, names in zip(summaries, versions, strict=True)}

    def _launchable_versions(self, product_id: str) -> list[str]:
        artifacts = self.catalog.list_provisioning_artifacts(ProductId=product_id)["ProvisioningArtifactDetails"]
        return [item["Name"] for item in artifacts if item["Active"] and item.get("Guidance") != "DEPRECATED"]

    def _portfolios(self) -> dict[str, str]:
        pages = self.catalog.get_paginator("list_portfolios").paginate()
        return {detail["DisplayName"]: detail["Id"] for page in pages for detail in page["PortfolioDetails"]}

    def _all_summaries(self) -> Iterator[ProductViewSummaryTypeDef]:
        for page in self.catalog.get_paginator("search_products_as_admin").paginate():
            for detail in page["ProductViewDetails"]:
                yield detail["ProductViewSummary"]

    def _summaries(self, names: set[str]) -> Mapping[str, ProductViewSummaryTypeDef]:
        """The products of these names; UserError when a name exists twice."""
        summaries: dict[str, ProductViewSummaryTypeDef] = {}
        for summary in self._all_summaries():
            name = summary["Name"]
            if name in summaries:
                raise UserError(
                    f"hub ({self.region}): holds two products named '{name}' ({summaries[name]['ProductId']} and "
                    f"{summary['ProductId']}); delete the one that nobody uses"
                )
            if name in names:
                summaries[name] = summary
        return summaries

    def _published(
        self, desired: DesiredProduct, summaries: Mapping[str, ProductViewSummaryTypeDef], thorough: bool
    ) -> PublishedProduct:
        summary = summaries[desired.product.name]
        product_id, release_digest = summary["ProductId"], summary.get("Distributor", "")
        is_desired = release_digest == desired.release_digest
        if not thorough and is_desired and self._has_release(product_id, desired.current):
            return PublishedProduct(summary["Name"], release_digest, is_up_to_date=True)
        return self._describe(product_id)

    def _has_release(self, product_id: str, release: Release) -> bool:
        """Whether the product has this version with this digest."""
        try:
            response = self.catalog.describe_provisioning_artifact(
                ProductId=product_id, ProvisioningArtifactName=str(release.version)
            )
        except ClientError as error:
            if code(error) == "ResourceNotFoundException":
                return False
            raise
        return digest(response["ProvisioningArtifactDetail"].get("Description", "")) == release.digest

    def _describe(self, product_id: str) -> PublishedProduct:
        response = self.catalog.describe_product_as_admin(Id=product_id)
        summary: Mapping[str, Any] = {**response["ProductViewDetail"]["ProductViewSummary"]}
        artifacts = response["ProvisioningArtifactSummaries"]
        return PublishedProduct(
            name=summary["Name"],
            release_digest=summary.get("Distributor", ""),
            attributes={key: summary.get(field, "") for key, field in _SUMMARY_FIELDS.items()},
            versions={
                version: item.get("Description", "") for item in artifacts if (version := Version.find(item["Name"]))
            },
            other_versions=tuple(item["Name"] for item in artifacts if Version.find(item["Name"]) is None),
            portfolios=self._launch_roles(product_id),
            visible_in_studio=_STUDIO_TAGS[0] in response.get("Tags", []),
        )

    def _launch_roles(self, product_id: str) -> dict[str, str]:
        """Name of each portfolio of the product -> name of the launch role there, "" without one."""
        pages = self.catalog.get_paginator("list_portfolios_for_product").paginate(ProductId=product_id)
        portfolios = [(detail["DisplayName"], detail["Id"]) for page in pages for detail in page["PortfolioDetails"]]
        return {name: self._launch_constraint(product_id, portfolio_id)[1] for name, portfolio_id in portfolios}

    def _launch_constraint(self, product_id: str, portfolio_id: str) -> tuple[str, str]:
        """Id and role name of the launch constraint; empty strings without one."""
        pages = self.catalog.get_paginator("list_constraints_for_portfolio")
        for page in pages.paginate(PortfolioId=portfolio_id, ProductId=product_id):
            for detail in page["ConstraintDetails"]:
                if detail["Type"] == "LAUNCH":
                    response = self.catalog.describe_constraint(Id=detail["ConstraintId"])
                    parameters = json.loads(response["ConstraintParameters"])
                    return detail["ConstraintId"], str(parameters.get("LocalRoleName") or parameters.get("RoleArn"))
        return "", ""

    def _apply(self, action: Action) -> None:
        match action:
            case CreateProduct(desired, release):
                self._create_product(desired, release)
            case UpdateProduct(desired):
                self._update_product(desired)
            case AddVersion(desired, release):
                self._add_version(desired, release)
            case AddArchive(desired, key):
                contents = {key: content for item in desired.releases for key, content in project_archives(item)}
                self.bucket.put_archive(key, contents[key])
            case AttachToPortfolio(product, portfolio):
                self.writer.associate_product_with_portfolio(
                    ProductId=self.products[product], PortfolioId=self.portfolios[portfolio]
                )
            case SetLaunchRole(product, portfolio, role):
                self._set_launch_role(self.products[product], self.portfolios[portfolio], role)
            case SetReleaseDigest(product, release_digest):
                self.writer.update_product(Id=self.products[product], Distributor=release_digest)

    def _create_product(self, desired: DesiredProduct, release: Release) -> None:
        response = self.writer.create_product(
            **dict[str, Any](desired.attributes),
            ProductType="CLOUD_FORMATION_TEMPLATE",
            ProvisioningArtifactParameters=self._artifact(desired, release),  # type: ignore[arg-type]
            IdempotencyToken=_token("product", desired.product.name),
            Tags=_STUDIO_TAGS if desired.product.visible_in_studio else [],  # type: ignore[arg-type]
        )
        self.products[desired.product.name] = response["ProductViewDetail"]["ProductViewSummary"]["ProductId"]

    def _update_product(self, desired: DesiredProduct) -> None:
        product = desired.product
        tags: dict[str, Any] = {"AddTags": _STUDIO_TAGS} if product.visible_in_studio else {"RemoveTags": [_STUDIO]}
        self.writer.update_product(Id=self.products[product.name], **dict[str, Any](desired.attributes), **tags)

    def _add_version(self, desired: DesiredProduct, release: Release) -> None:
        product_id = self.products[desired.product.name]
        self.writer.create_provisioning_artifact(
            ProductId=product_id,
            Parameters=self._artifact(desired, release),  # type: ignore[arg-type]
            IdempotencyToken=_token("version", product_id, str(release.version)),
        )

    def _artifact(self, desired: DesiredProduct, release: Release) -> dict[str, Any]:
        for key, content in project_archives(release):
            self.bucket.put_archive(key, content)
        return {
            "Name": str(release.version),
            "Description": description(desired, release),
            "Type": "CLOUD_FORMATION_TEMPLATE",
            "Info": {"LoadTemplateFromURL": self.bucket.put(release)},
        }

    def _set_launch_role(self, product_id: str, portfolio_id: str, role: str) -> None:
        """Set a LocalRoleName, never a RoleArn of the hub, which would create every stack in the hub."""
        parameters = json.dumps({"LocalRoleName": role})
        constraint_id, current_role = self._launch_constraint(product_id, portfolio_id)
        if current_role == role:
            return
        if constraint_id:
            self.writer.update_constraint(Id=constraint_id, Parameters=parameters)
            return
        try:
            self.writer.create_constraint(
                PortfolioId=portfolio_id,
                ProductId=product_id,
                Type="LAUNCH",
                Parameters=parameters,
                Description=f"Launched by {role} of the launching account",
                IdempotencyToken=uuid4().hex,  # AWS itself allows only one launch constraint
            )
        except ClientError as error:
            if code(error) != "DuplicateResourceException":  # another publisher was quicker
                raise


def _token(*identity: str) -> str:
    """An idempotency token of the identity: a publish after an interrupted one finds what that one created.

    The token depends on what must be unique, not on the whole request: AWS then refuses other content for the same
    version instead of creating a second version of that name.
    """
    return hashlib.sha256("\n".join(identity).encode()).hexdigest()[:32]
