"""A developer creates a project in Studio: SageMaker provisions the product, and git clones its repository."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from generators.access import access_matrix, roles
from generators.release import load, versions_folder
from tests.localaws.conftest import started
from tests.products.spoke_account import ACCOUNT, REGION, SpokeAccount, policy, trust

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = load.product(ROOT, "ml-project")
DEVELOPER = "studio-developer"


class Studio:
    """An account whose Service Catalog offers only this product to the execution role of developers."""

    def __init__(self, account: SpokeAccount) -> None:
        self.account = account
        self.product, self.versions = _publish(account)
        role = f"arn:aws:iam::{ACCOUNT}:role/{DEVELOPER}"
        key = account.client("sts").assume_role(RoleArn=role, RoleSessionName="alice")["Credentials"]["AccessKeyId"]
        self.sagemaker = account.client("sagemaker", key)
        self.key = key

    def create(self, name: str, version: str = "", **parameters: str) -> str:
        """The project's status after the operation."""
        pairs = [{"Key": key, "Value": value} for key, value in parameters.items()]
        details: dict[str, Any] = {"ProductId": self.product, "ProvisioningParameters": pairs}
        details |= {"ProvisioningArtifactId": self.versions[version]} if version else {}
        self.sagemaker.create_project(ProjectName=name, ServiceCatalogProvisioningDetails=details)
        return self.wait(name)

    def wait(self, name: str) -> str:
        deadline = time.monotonic() + 120
        while (status := self.describe(name)["ProjectStatus"]).endswith("InProgress") and time.monotonic() < deadline:
            time.sleep(0.1)
        return status

    def describe(self, name: str) -> dict[str, Any]:
        project: dict[str, Any] = self.sagemaker.describe_project(ProjectName=name)
        return project

    def reason(self, name: str) -> str:
        return str(self.describe(name)["ServiceCatalogProvisionedProductDetails"]["ProvisionedProductStatusMessage"])

    def outputs(self, name: str) -> dict[str, str]:
        provisioned = self.describe(name)["ServiceCatalogProvisionedProductDetails"]["ProvisionedProductId"]
        catalog = self.account.client("servicecatalog")
        outputs = catalog.get_provisioned_product_outputs(ProvisionedProductId=provisioned)["Outputs"]
        return {output["OutputKey"]: output["OutputValue"] for output in outputs}


def _publish(account: SpokeAccount) -> tuple[str, dict[str, str]]:
    """Offer the product to developers in a portfolio; product id, and version -> id of its provisioning artifact."""
    catalog, iam = account.client("servicecatalog"), account.client("iam")
    portfolio = catalog.create_portfolio(DisplayName="studio-projects", ProviderName="p", IdempotencyToken="p")
    portfolio = portfolio["PortfolioDetail"]["Id"]
    product, versions = _create_product(account)
    catalog.associate_product_with_portfolio(ProductId=product, PortfolioId=portfolio)
    account.launch_role(PRODUCT.name)
    iam.update_assume_role_policy(RoleName=PRODUCT.launch_role, PolicyDocument=trust("servicecatalog"))
    parameters = json.dumps({"LocalRoleName": PRODUCT.launch_role})
    catalog.create_constraint(PortfolioId=portfolio, ProductId=product, Type="LAUNCH", Parameters=parameters,
                              IdempotencyToken="c")  # fmt: skip
    arn = _set_developer_policy(account)
    catalog.associate_principal_with_portfolio(PortfolioId=portfolio, PrincipalARN=arn, PrincipalType="IAM")
    return product, versions


def _create_product(account: SpokeAccount) -> tuple[str, dict[str, str]]:
    catalog = account.client("servicecatalog")
    product, versions = "", dict[str, str]()
    arguments: dict[str, Any]
    for release in versions_folder.releases(PRODUCT):
        version = str(release.version)
        artifact = {
            "Name": version,
            "Type": "CLOUD_FORMATION_TEMPLATE",
            "Info": {"LoadTemplateFromURL": account.template_url(PRODUCT.name, version)},
        }
        if product:
            arguments = {"ProductId": product, "Parameters": artifact, "IdempotencyToken": f"v{len(versions)}"}
            response = catalog.create_provisioning_artifact(**arguments)
        else:
            arguments = {"Name": PRODUCT.name, "Owner": "p", "ProductType": "CLOUD_FORMATION_TEMPLATE"}
            arguments |= {"ProvisioningArtifactParameters": artifact, "IdempotencyToken": "1"}
            response = catalog.create_product(**arguments)
            product = response["ProductViewDetail"]["ProductViewSummary"]["ProductId"]
        versions[version] = response["ProvisioningArtifactDetail"]["Id"]
    return product, versions


def _set_developer_policy(account: SpokeAccount) -> str:
    """Give the developers' execution role its policies of roles.yaml; return its ARN."""
    iam, values = account.client("iam"), {**access_matrix.example_values(ROOT), **account.values}
    developer = roles.read(ROOT, values)[DEVELOPER]
    iam.update_assume_role_policy(RoleName=DEVELOPER, PolicyDocument=trust(f"arn:aws:iam::{ACCOUNT}:root"))
    iam.put_role_policy(RoleName=DEVELOPER, PolicyName="all", PolicyDocument=policy(list(developer.statements)))
    return f"arn:aws:iam::{ACCOUNT}:role/{DEVELOPER}"


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    with started(tmp_path_factory.mktemp("aws")) as server:
        yield Studio(SpokeAccount(server.endpoint))


@pytest.fixture(scope="module")
def churn(studio: Studio) -> str:
    """A project that a developer created without naming a version."""
    assert studio.create("churn", ModelType="tabular-regression") == "CreateCompleted", studio.reason("churn")
    return "churn"


def clone(studio: Studio, url: str, folder: Path) -> Path:
    """Clone the repository of an output with git, as the developer."""
    address = url.replace("://", f"://{studio.key}:anything@")
    environment = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "PATH": os.environ["PATH"]}
    process = subprocess.run(
        ["git", "clone", address, str(folder)], env=environment, capture_output=True, text=True, check=False
    )
    assert process.returncode == 0, process.stderr
    return folder


@pytest.mark.slow  # `make demo` creates a project too
def test_a_developer_gets_a_repository_with_a_first_commit_buckets_and_pipelines(
    studio: Studio, churn: str, tmp_path: Path
) -> None:
    outputs = studio.outputs(churn)
    folder = clone(studio, outputs["RepositoryUrl"], tmp_path / "churn")
    names = {path.name for path in folder.iterdir()}
    assert {"README.md", "buildspec.quality.yml", "buildspec.build.yml", "buildspec.run.yml", "src"} <= names
    assert "regression" in (folder / "README.md").read_text().lower()
    assert [path.name for path in (folder / "src").iterdir()] == ["churn"], "the package has the project's name"
    pipelines = {pipeline["name"] for pipeline in studio.account.client("codepipeline").list_pipelines()["pipelines"]}
    assert {
        value for key, value in outputs.items() if key.endswith("Pipeline") and key != "TrainingPipeline"
    } <= pipelines
    assert outputs["InferencePipeline"] in pipelines, "without a version the newest is used, which has this pipeline"
    buckets = {bucket["Name"] for bucket in studio.account.client("s3").list_buckets()["Buckets"]}
    assert {outputs["DataBucket"], outputs["ModelBucket"], outputs["ArtifactBucket"]} <= buckets
    project = studio.describe(churn)
    commits = studio.account.client("codecommit")
    arn = commits.get_repository(repositoryName=outputs["Repository"])["repositoryMetadata"]["Arn"]
    tags = commits.list_tags_for_resource(resourceArn=arn)["tags"]
    assert (tags["sagemaker:project-name"], tags["sagemaker:project-id"]) == ("churn", project["ProjectId"])


@pytest.mark.slow
def test_a_name_that_python_has_becomes_no_package(studio: Studio, tmp_path: Path) -> None:
    assert studio.create("statistics") == "CreateCompleted", studio.reason("statistics")
    folder = clone(studio, studio.outputs("statistics")["RepositoryUrl"], tmp_path / "statistics")
    assert [path.name for path in (folder / "src").iterdir()] == ["team_model"]


@pytest.mark.slow
def test_an_existing_name_is_refused_before_resources_are_created(studio: Studio, churn: str) -> None:
    before = len(studio.account.client("cloudformation").list_stacks()["StackSummaries"])
    with pytest.raises(ClientError, match="Project with name churn already exists"):
        studio.create(churn)
    assert len(studio.account.client("cloudformation").list_stacks()["StackSummaries"]) == before


@pytest.mark.parametrize(
    ("name", "parameters", "reason"),
    [
        ("wrong-type", {"ModelType": "clairvoyance"}, "ModelType"),
        ("Has-Capitals", {}, "SageMakerProjectName"),
        ("wrong-name", {"RepositoryName": "no spaces"}, "RepositoryName"),
    ],
)
def test_an_invalid_parameter_fails_with_the_reason_and_creates_nothing(
    studio: Studio, name: str, parameters: dict[str, str], reason: str
) -> None:
    repositories = studio.account.client("codecommit").list_repositories()["repositories"]
    assert studio.create(name, **parameters) == "CreateFailed"
    assert reason in studio.reason(name)
    assert studio.account.client("codecommit").list_repositories()["repositories"] == repositories


def test_a_missing_contract_fails_with_its_path_and_creates_nothing(studio: Studio) -> None:
    ssm, path = studio.account.client("ssm"), "/mlops/hub/release-bucket"
    value = ssm.get_parameter(Name=path)["Parameter"]["Value"]
    ssm.delete_parameter(Name=path)
    try:
        assert studio.create("no-contract") == "CreateFailed"
        assert path in studio.reason("no-contract")
    finally:
        ssm.put_parameter(Name=path, Type="String", Value=value)


def test_a_developer_provisions_products_only_through_sagemaker(studio: Studio) -> None:
    catalog = studio.account.client("servicecatalog", studio.key)
    with pytest.raises(ClientError, match="not authorized"):
        catalog.provision_product(ProductId=studio.product, ProvisioningArtifactId=studio.versions["1.0.0"],
                                  ProvisionedProductName="mine", ProvisionToken="mine")  # fmt: skip


@pytest.mark.slow
def test_a_project_is_updated_to_a_newer_version_and_deleted_without_its_code(studio: Studio, tmp_path: Path) -> None:
    first, *_, last = studio.versions
    assert studio.create("grows", version=first) == "CreateCompleted", studio.reason("grows")
    url = studio.outputs("grows")["RepositoryUrl"]
    newer = {"ProvisioningArtifactId": studio.versions[last]}
    studio.sagemaker.update_project(ProjectName="grows", ServiceCatalogProvisioningUpdateDetails=newer)
    assert studio.wait("grows") == "UpdateCompleted", studio.reason("grows")
    studio.account.client("sagemaker").delete_project(ProjectName="grows")
    deadline = time.monotonic() + 60
    while "grows" in {project["ProjectName"] for project in studio.sagemaker.list_projects()["ProjectSummaryList"]}:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    repository = clone(studio, url, tmp_path / "repository")
    log = subprocess.run(["git", "log", "--format=%s"], cwd=repository, capture_output=True, text=True, check=True)
    assert len(log.stdout.splitlines()) == 1, "an upgrade commits nothing"
    assert REGION in url


def from_bucket(studio: Studio, sagemaker: Any, name: str, version: str = "") -> str:
    """The status of a project created from the template in the bucket instead of the product."""
    newest = version or str(versions_folder.declared_release(PRODUCT).version)
    template = {"TemplateName": PRODUCT.name, "TemplateURL": studio.account.template_url(PRODUCT.name, newest)}
    pairs = [{"Key": "ModelType", "Value": "model-chain"}]
    provider = {"CfnTemplateProvider": {**template, "Parameters": pairs}}
    sagemaker.create_project(ProjectName=name, TemplateProviders=[provider])
    return studio.wait(name)


@pytest.mark.slow
def test_a_project_from_the_bucket_has_a_repository_and_is_updated_to_a_newer_template(
    studio: Studio, tmp_path: Path
) -> None:
    administrator, code = studio.account.client("sagemaker"), studio.account.client("codecommit")
    first, *_, last = studio.versions
    before = {row["repositoryName"] for row in code.list_repositories()["repositories"]}
    assert from_bucket(studio, administrator, "bucketed", first) == "CreateCompleted"
    names = {row["repositoryName"] for row in code.list_repositories()["repositories"]} - before
    assert len(names) == 1
    repository = code.get_repository(repositoryName=names.pop())["repositoryMetadata"]["cloneUrlHttp"]
    assert "chain" in (clone(studio, repository, tmp_path / "bucketed") / "README.md").read_text().lower()
    url = studio.account.template_url(PRODUCT.name, last)
    newer: dict[str, Any] = {"TemplateName": PRODUCT.name, "TemplateURL": url}
    wrong = [{"CfnTemplateProvider": {**newer, "TemplateName": "another"}}]
    with pytest.raises(ClientError, match="has one template, ml-project; name it"):
        administrator.update_project(ProjectName="bucketed", TemplateProvidersToUpdate=wrong)
    administrator.update_project(ProjectName="bucketed", TemplateProvidersToUpdate=[{"CfnTemplateProvider": newer}])
    assert studio.wait("bucketed") == "UpdateCompleted"
    _assert_template(studio, newer["TemplateURL"])


def _assert_template(studio: Studio, url: str) -> None:
    """The project from the bucket runs this template with the parameters of its creation."""
    cloudformation = studio.account.client("cloudformation")
    detail = studio.describe("bucketed")["TemplateProviderDetails"][0]["CfnTemplateProviderDetail"]
    (stack,) = cloudformation.describe_stacks(StackName=detail["StackDetail"]["Id"])["Stacks"]
    assert detail["TemplateURL"] == url
    values = {parameter["ParameterKey"]: parameter["ParameterValue"] for parameter in stack["Parameters"]}
    assert (values["ModelType"], values["SageMakerProjectName"]) == ("model-chain", "bucketed")


def test_a_developer_cannot_use_the_template_in_the_bucket(studio: Studio) -> None:
    with pytest.raises(ClientError, match="not authorized to perform: cloudformation:CreateStack"):
        from_bucket(studio, studio.sagemaker, "around")
