"""A hub and a spoke on the embedded AWS of this test process, created with boto3, and a repository to publish."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.copies import Copy
from tests.localaws.conftest import REGION, Aws, Server, started
from tests.localaws.servicecatalog.catalogue import Hub, launch_role, user_role
from tests.support import fork_server
from tests.unit.conftest import REPOSITORY, Repository

SPOKE = "credit-risk-development"
HUB_ACCOUNT = "200528645418"  # targets.local.hub of platform.yaml
BUCKET = f"mlops-releases-{HUB_ACCOUNT}-{REGION}"
TEMPLATE = """\
from troposphere import Sub, Ref, Template
from troposphere.ssm import Parameter as Note

from generators import kit

TAGS = dict.fromkeys(("cost-centre", "environment", "product", "team", "version"), "notes")


def build():
    t = Template(Description="A place for notes")
    limits = {"Type": "Number", "Default": 10, "MinValue": 1, "MaxValue": 99}
    pages = kit.add_parameter(t, "Size", "How many pages", "Pages", Description="How many", **limits)
    note = t.add_resource(Note("Note", Type="String", Value=Sub("${Pages} pages", Pages=pages), Tags=TAGS))
    kit.add_output(t, "Name", "Where it is", Ref(note))
    return t
"""
PAGES, MORE_PAGES = '"MaxValue": 99', '"MaxValue": 199'
LEAD_MAY = (
    "servicecatalog:*",
    "cloudformation:DescribeStacks",
    "cloudformation:DescribeStackEvents",
)
RELEASE_MAY = ("servicecatalog:*", "s3:*", "iam:PassRole", "cloudformation:ValidateTemplate")
LAUNCH_MAY = ("cloudformation:*", "ssm:*", "s3:GetObject")


@dataclass
class Estate:
    """An embedded AWS with one organisation, hub and spoke."""

    aws: Aws
    server: Server
    spoke: str = ""
    portfolio: str = ""
    roles: set[str] = field(default_factory=set)

    def create(self) -> None:
        """Create with boto3 what Terraform creates: accounts, portfolio, share, principals, bucket, roles."""
        organizations = self.aws("organizations")
        organizations.create_organization(FeatureSet="ALL")
        organizations.enable_aws_service_access(ServicePrincipal="servicecatalog.amazonaws.com")
        ids = [
            organizations.create_account(AccountName=name, Email=f"{name}@bank.example")["CreateAccountStatus"][
                "AccountId"
            ]
            for name in ("mlops-hub", SPOKE)
        ]
        assert ids[0] == HUB_ACCOUNT
        self.spoke = ids[1]
        organizations.register_delegated_administrator(
            AccountId=HUB_ACCOUNT, ServicePrincipal="servicecatalog.amazonaws.com"
        )
        self._catalogue(organizations.list_roots()["Roots"][0]["Id"])
        iam = self.aws("iam", self.spoke)
        user_role(iam, self.spoke, "technical-lead", *LEAD_MAY)
        user_role(self.aws("iam", HUB_ACCOUNT), HUB_ACCOUNT, "mlops-release", *RELEASE_MAY)
        user_role(iam, HUB_ACCOUNT, "platform-inventory", "servicecatalog:SearchProvisionedProducts")

    def _catalogue(self, root: str) -> None:
        hub = Hub(self.aws, HUB_ACCOUNT, BUCKET)
        self.aws("s3", HUB_ACCOUNT).create_bucket(
            Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION}
        )
        self.portfolio = hub.portfolio("data-science")
        hub.grant(self.portfolio, "arn:aws:iam:::role/technical-lead")
        self.aws("servicecatalog").enable_aws_organizations_access()
        hub.share(self.portfolio, organization(self.aws), "ORGANIZATION", SharePrincipals=True)

    def launch_role(self, product: str) -> None:
        """Create the launch role of a product in the hub and in the spoke, as Terraform does."""
        if product not in self.roles:
            launch_role(self.aws("iam", HUB_ACCOUNT), f"launch-{product}")
            launch_role(self.aws("iam", self.spoke), f"launch-{product}", *LAUNCH_MAY)
            self.roles.add(product)

    @property
    def catalog(self) -> Any:
        """Service Catalog in the hub."""
        return self.aws("servicecatalog", HUB_ACCOUNT)

    def product(self, name: str) -> dict[str, Any]:
        """The only product of that name in the hub, without ids and times."""
        products = [self._contents(summary) for summary in self._summaries() if summary["Name"] == name]
        assert len(products) == 1, f"{len(products)} products are named {name}"
        return products[0]

    def names(self) -> set[str]:
        """Names of the products in the hub."""
        return {summary["Name"] for summary in self._summaries()}

    def _summaries(self) -> list[dict[str, Any]]:
        pages = self.catalog.get_paginator("search_products_as_admin").paginate()
        return [detail["ProductViewSummary"] for page in pages for detail in page["ProductViewDetails"]]

    def tamper(self, name: str, target: str) -> None:
        """Change the hub by hand, without the catalogue."""
        product = next(summary["ProductId"] for summary in self._summaries() if summary["Name"] == name)
        constraint = self.catalog.list_constraints_for_portfolio(PortfolioId=self.portfolio, ProductId=product)
        launch = constraint["ConstraintDetails"][0]["ConstraintId"]
        match target:
            case "the hub":
                self.catalog.update_provisioning_artifact(
                    ProductId=product, ProvisioningArtifactId=self._version(product), Description="sha256:0 x"
                )
            case "the bucket":
                self.aws("s3", HUB_ACCOUNT).put_object(Bucket=BUCKET, Key=f"products/{name}/1.0.0.json", Body=b"{}")
            case "the launch role":
                self.catalog.delete_constraint(Id=launch)
            case "the portfolio":
                self.catalog.delete_constraint(Id=launch)
                self.catalog.disassociate_product_from_portfolio(ProductId=product, PortfolioId=self.portfolio)

    def _version(self, product: str) -> str:
        artifacts = self.catalog.list_provisioning_artifacts(ProductId=product)["ProvisioningArtifactDetails"]
        return str(artifacts[0]["Id"])

    def _contents(self, summary: dict[str, Any]) -> dict[str, Any]:
        product = summary["ProductId"]
        versions = self.catalog.list_provisioning_artifacts(ProductId=product)["ProvisioningArtifactDetails"]
        portfolios = self.catalog.list_portfolios_for_product(ProductId=product)["PortfolioDetails"]
        constraints = [
            self.catalog.describe_constraint(Id=constraint["ConstraintId"])["ConstraintParameters"]
            for portfolio in portfolios
            for constraint in self.catalog.list_constraints_for_portfolio(
                PortfolioId=portfolio["Id"], ProductId=product
            )["ConstraintDetails"]
        ]
        return {
            "summary": {key: value for key, value in summary.items() if key not in ("Id", "ProductId")},
            "versions": [(version["Name"], version["Description"], version["Active"]) for version in versions],
            "portfolios": [portfolio["DisplayName"] for portfolio in portfolios],
            "constraints": constraints,
        }


def organization(aws: Aws) -> str:
    """The organisation's id."""
    return str(aws("organizations").describe_organization()["Organization"]["Id"])


@pytest.fixture(scope="session")
def estate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Estate]:
    """The estate of this test process; every test publishes its own products."""
    with started(tmp_path_factory.mktemp("aws")) as server:
        estate = Estate(Aws(server.endpoint), server)
        estate.create()
        yield estate


@dataclass(frozen=True)
class Platform(Repository):
    """A repository whose `catalog` talks to the test's embedded AWS."""

    estate: Estate

    def environment(self, **more: str) -> dict[str, str]:
        inherited = {key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "TARGET"))}
        endpoint = {"AWS_ENDPOINT_URL": self.estate.server.endpoint}
        return {**inherited, "PYTHONPATH": str(REPOSITORY), "COLUMNS": "400", **endpoint, **more}

    def start(self, *arguments: str, **more: str) -> subprocess.Popen[str]:
        pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        command = [sys.executable, "-m", "scripts.catalog", *arguments]
        return subprocess.Popen(command, cwd=self.root, env=self.environment(**more), **pipes)

    def catalog(self, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:  # type: ignore[override]
        return fork_server.catalog(arguments, self.root, self.environment(**more))

    def add_products(self, *names: str) -> str:
        """Add products of these names, rendered and with launch roles; the folder of the last."""
        for name in names:
            folder = f"products/{name.replace('-', '_')}"
            self.product(name.replace("-", "_"))
            self.edit(f"{folder}/product.yaml", "launch-note-book", f"launch-{name}")
            self.write(f"{folder}/template.py", TEMPLATE)
            self.estate.launch_role(name)
        self.render("all")
        return folder

    def render(self, name: str) -> None:
        for command in ("render", "launch-policy"):
            completed = self.catalog(command, name)
            assert completed.returncode == 0, completed.stderr

    def release_products(self, *names: str, version: str = "1.1.0", old: str = PAGES, new: str = MORE_PAGES) -> None:
        """Write and render the next version of products: template, version number and changelog heading."""
        for name in names:
            folder = f"products/{name.replace('-', '_')}"
            before = self.path(f"{folder}/product.yaml").read_text().split('version: "')[1].split('"')[0]
            self.edit(f"{folder}/product.yaml", f'version: "{before}"', f'version: "{version}"')
            self.edit(f"{folder}/template.py", old, new)
            log = self.path(f"{folder}/CHANGELOG.md").read_text()
            self.write(f"{folder}/CHANGELOG.md", f"{log}\n## {version}\n\nMore pages.\n")
        self.render("all")


@pytest.fixture
def platform(tmp_path: Path, estate: Estate) -> Platform:
    """The platform's configuration without products."""
    for name in ("terraform/platform.yaml", "terraform/contracts.yaml", "terraform/accounts/credit-risk.yaml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(REPOSITORY / name, tmp_path / name)
    return Platform(tmp_path, estate)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copy]:
    """A copy of the repository; its embedded AWS is stopped after the module's last test."""
    repository = Copy.into(tmp_path_factory.mktemp("copy"))
    yield repository
    repository.python("scripts.localaws", "stop")
