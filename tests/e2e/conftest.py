"""A hub and a spoke on an embedded AWS of this test process, made with plain boto3, and a repository to publish."""

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
from tests.unit.catalog.conftest import REPOSITORY, Repository

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
class World:
    """An embedded AWS with one organisation, hub and spoke."""

    aws: Aws
    server: Server
    spoke: str = ""
    portfolio: str = ""
    roles: set[str] = field(default_factory=set)

    def lay_down(self) -> None:
        """What Terraform lays down, with boto3: accounts, portfolio, share, principals, bucket, roles."""
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
        """The role that Terraform lays down for a product, in the hub and in the spoke."""
        if product not in self.roles:
            launch_role(self.aws("iam", HUB_ACCOUNT), f"launch-{product}")
            launch_role(self.aws("iam", self.spoke), f"launch-{product}", *LAUNCH_MAY)
            self.roles.add(product)

    @property
    def catalog(self) -> Any:
        """Service Catalog in the hub."""
        return self.aws("servicecatalog", HUB_ACCOUNT)

    def product(self, name: str) -> dict[str, Any]:
        """What the hub holds of a product, without ids and times; one dictionary for each product of that name."""
        pages = self.catalog.get_paginator("search_products_as_admin").paginate()
        found = [it["ProductViewSummary"] for page in pages for it in page["ProductViewDetails"]]
        held = [self._held(it) for it in found if it["Name"] == name]
        assert len(held) == 1, f"{len(held)} products are named {name}"
        return held[0]

    def spoil(self, name: str, what: str) -> None:
        """Change the hub by hand, as nobody should."""
        pages = self.catalog.get_paginator("search_products_as_admin").paginate()
        summaries = [it["ProductViewSummary"] for page in pages for it in page["ProductViewDetails"]]
        product = next(it["ProductId"] for it in summaries if it["Name"] == name)
        constraint = self.catalog.list_constraints_for_portfolio(PortfolioId=self.portfolio, ProductId=product)
        launch = constraint["ConstraintDetails"][0]["ConstraintId"]
        match what:
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
        found = self.catalog.list_provisioning_artifacts(ProductId=product)["ProvisioningArtifactDetails"]
        return str(found[0]["Id"])

    def _held(self, summary: dict[str, Any]) -> dict[str, Any]:
        product = summary["ProductId"]
        versions = self.catalog.list_provisioning_artifacts(ProductId=product)["ProvisioningArtifactDetails"]
        portfolios = self.catalog.list_portfolios_for_product(ProductId=product)["PortfolioDetails"]
        constraints = [
            self.catalog.describe_constraint(Id=it["ConstraintId"])["ConstraintParameters"]
            for portfolio in portfolios
            for it in self.catalog.list_constraints_for_portfolio(PortfolioId=portfolio["Id"], ProductId=product)[
                "ConstraintDetails"
            ]
        ]
        words = {key: value for key, value in summary.items() if key not in ("Id", "ProductId")}
        return {
            "words": words,
            "versions": [(it["Name"], it["Description"], it["Active"]) for it in versions],
            "portfolios": [it["DisplayName"] for it in portfolios],
            "constraints": constraints,
        }


def organization(aws: Aws) -> str:
    """The organisation's id."""
    return str(aws("organizations").describe_organization()["Organization"]["Id"])


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Started once for a test process; every test publishes products of its own."""
    with started(tmp_path_factory.mktemp("aws")) as server:
        made = World(Aws(server.endpoint), server)
        made.lay_down()
        yield made


@dataclass(frozen=True)
class Platform(Repository):
    """A repository whose `catalog` talks to the test's embedded AWS."""

    world: World

    def environment(self, **more: str) -> dict[str, str]:
        inherited = {key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "TARGET"))}
        endpoint = {"AWS_ENDPOINT_URL": self.world.server.endpoint}
        return {**inherited, "PYTHONPATH": str(REPOSITORY), "COLUMNS": "400", **endpoint, **more}

    def start(self, *arguments: str, **more: str) -> subprocess.Popen[str]:
        pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        command = [sys.executable, "-m", "scripts.catalog", *arguments]
        return subprocess.Popen(command, cwd=self.root, env=self.environment(**more), **pipes)

    def catalog(self, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:  # type: ignore[override]
        command = [sys.executable, "-m", "scripts.catalog", *arguments]
        return subprocess.run(
            command, cwd=self.root, env=self.environment(**more), capture_output=True, text=True, check=False
        )

    def publishes(self, *names: str) -> str:
        """Products of these names, rendered, with their launch roles; the folder of the last."""
        for name in names:
            folder = f"products/{name.replace('-', '_')}"
            self.product(name.replace("-", "_"))
            self.edit(f"{folder}/product.yaml", "launch-note-book", f"launch-{name}")
            self.write(f"{folder}/template.py", TEMPLATE)
            self.world.launch_role(name)
        self.renders("all")
        return folder

    def renders(self, name: str) -> None:
        for command in ("render", "launch-policy"):
            done = self.catalog(command, name)
            assert done.returncode == 0, done.stderr

    def release_of(self, *names: str, version: str = "1.1.0", old: str = PAGES, new: str = MORE_PAGES) -> None:
        """The next version of products: template changed, number raised, a changelog heading written."""
        for name in names:
            folder = f"products/{name.replace('-', '_')}"
            before = self.path(f"{folder}/product.yaml").read_text().split('version: "')[1].split('"')[0]
            self.edit(f"{folder}/product.yaml", f'version: "{before}"', f'version: "{version}"')
            self.edit(f"{folder}/template.py", old, new)
            log = self.path(f"{folder}/CHANGELOG.md").read_text()
            self.write(f"{folder}/CHANGELOG.md", f"{log}\n## {version}\n\nMore pages.\n")
        self.renders("all")


@pytest.fixture
def platform(tmp_path: Path, world: World) -> Platform:
    """The platform's own facts and no product."""
    for name in ("terraform/platform.yaml", "terraform/contracts.yaml", "terraform/accounts/credit-risk.yaml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(REPOSITORY / name, tmp_path / name)
    return Platform(tmp_path, world)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copy]:
    """The repository in a folder of its own, its embedded AWS ended behind the module's last test."""
    made = Copy.into(tmp_path_factory.mktemp("copy"))
    yield made
    made.python("scripts.localaws", "stop")
