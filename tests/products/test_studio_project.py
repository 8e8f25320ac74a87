"""A developer begins a project in Studio: SageMaker provisions the product, and git clones what it begins with."""

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
from tests.products.account import ACCOUNT, REGION, Account, policy, trust

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = load.product(ROOT, "ml-project")
DEVELOPER = "studio-developer"


class Studio:
    """An account whose Service Catalog offers the product to the execution role of developers, and nothing beside."""

    def __init__(self, account: Account) -> None:
        self.account = account
        self.product, self.versions = _offered(account)
        role = f"arn:aws:iam::{ACCOUNT}:role/{DEVELOPER}"
        key = account.client("sts").assume_role(RoleArn=role, RoleSessionName="alice")["Credentials"]["AccessKeyId"]
        self.sagemaker = account.client("sagemaker", key)
        self.key = key

    def create(self, name: str, version: str = "", **parameters: str) -> str:
        """The project's state when that has ended."""
        given = [{"Key": key, "Value": value} for key, value in parameters.items()]
        details: dict[str, Any] = {"ProductId": self.product, "ProvisioningParameters": given}
        details |= {"ProvisioningArtifactId": self.versions[version]} if version else {}
        self.sagemaker.create_project(ProjectName=name, ServiceCatalogProvisioningDetails=details)
        return self.ended(name)

    def ended(self, name: str) -> str:
        deadline = time.monotonic() + 120
        while (state := self.described(name)["ProjectStatus"]).endswith("InProgress") and time.monotonic() < deadline:
            time.sleep(0.1)
        return state

    def described(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = self.sagemaker.describe_project(ProjectName=name)
        return found

    def why(self, name: str) -> str:
        return str(self.described(name)["ServiceCatalogProvisionedProductDetails"]["ProvisionedProductStatusMessage"])

    def outputs(self, name: str) -> dict[str, str]:
        provisioned = self.described(name)["ServiceCatalogProvisionedProductDetails"]["ProvisionedProductId"]
        catalog = self.account.client("servicecatalog")
        found = catalog.get_provisioned_product_outputs(ProvisionedProductId=provisioned)["Outputs"]
        return {item["OutputKey"]: item["OutputValue"] for item in found}


def _offered(account: Account) -> tuple[str, dict[str, str]]:
    """Portfolio, product, its versions, launch constraint, principal; the developer's role as roles.yaml has it."""
    catalog, iam = account.client("servicecatalog"), account.client("iam")
    portfolio = catalog.create_portfolio(DisplayName="studio-projects", ProviderName="p", IdempotencyToken="p")
    portfolio = portfolio["PortfolioDetail"]["Id"]
    product, versions = "", {}
    for release in versions_folder.releases(PRODUCT):
        artifact = {"Name": str(release.version), "Type": "CLOUD_FORMATION_TEMPLATE",
                    "Info": {"LoadTemplateFromURL": account.url(PRODUCT.name, str(release.version))}}  # fmt: skip
        if not product:
            made = catalog.create_product(Name=PRODUCT.name, Owner="p", ProductType="CLOUD_FORMATION_TEMPLATE",
                                          ProvisioningArtifactParameters=artifact, IdempotencyToken="1")  # fmt: skip
            product = made["ProductViewDetail"]["ProductViewSummary"]["ProductId"]
        else:
            token = f"v{len(versions)}"
            made = catalog.create_provisioning_artifact(ProductId=product, Parameters=artifact, IdempotencyToken=token)
        versions[str(release.version)] = made["ProvisioningArtifactDetail"]["Id"]
    catalog.associate_product_with_portfolio(ProductId=product, PortfolioId=portfolio)
    account.launch_role(PRODUCT.name)
    trusted = {**json.loads(trust("servicecatalog"))}
    iam.update_assume_role_policy(RoleName=PRODUCT.launch_role, PolicyDocument=json.dumps(trusted))
    parameters = json.dumps({"LocalRoleName": PRODUCT.launch_role})
    catalog.create_constraint(PortfolioId=portfolio, ProductId=product, Type="LAUNCH", Parameters=parameters,
                              IdempotencyToken="c")  # fmt: skip
    words = {**access_matrix.example_values(ROOT), **account.values}
    developer = next(item for item in roles.read(ROOT, words).all if item.name == DEVELOPER)
    iam.update_assume_role_policy(RoleName=DEVELOPER, PolicyDocument=trust(f"arn:aws:iam::{ACCOUNT}:root"))
    iam.put_role_policy(RoleName=DEVELOPER, PolicyName="all", PolicyDocument=policy(list(developer.statements)))
    arn = f"arn:aws:iam::{ACCOUNT}:role/{DEVELOPER}"
    catalog.associate_principal_with_portfolio(PortfolioId=portfolio, PrincipalARN=arn, PrincipalType="IAM")
    return product, versions


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    with started(tmp_path_factory.mktemp("aws")) as server:
        yield Studio(Account(server.endpoint))


def cloned(studio: Studio, url: str, into: Path) -> Path:
    """What git, as the developer, gets from the address in the output."""
    address = url.replace("://", f"://{studio.key}:anything@")
    quiet = {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull, "PATH": os.environ["PATH"]}
    done = subprocess.run(["git", "clone", address, str(into)], env=quiet, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return into


def test_a_developer_gets_a_repository_with_a_first_commit_buckets_and_pipelines(
    studio: Studio, tmp_path: Path
) -> None:
    assert studio.create("churn", ModelType="tabular-regression") == "CreateCompleted", studio.why("churn")
    found = studio.outputs("churn")
    work = cloned(studio, found["RepositoryUrl"], tmp_path / "churn")
    names = {path.name for path in work.iterdir()}
    assert {"README.md", "buildspec.quality.yml", "buildspec.build.yml", "buildspec.run.yml", "src"} <= names
    assert "regression" in (work / "README.md").read_text().lower()
    pipelines = {pipeline["name"] for pipeline in studio.account.client("codepipeline").list_pipelines()["pipelines"]}
    assert {
        value for key, value in found.items() if key.endswith("Pipeline") and key != "TrainingPipeline"
    } <= pipelines
    assert found["InferencePipeline"] in pipelines, "where no version is named it is the newest, which has one"
    buckets = {bucket["Name"] for bucket in studio.account.client("s3").list_buckets()["Buckets"]}
    assert {found["DataBucket"], found["ModelBucket"], found["ArtifactBucket"]} <= buckets
    project = studio.described("churn")
    commits = studio.account.client("codecommit")
    arn = commits.get_repository(repositoryName=found["Repository"])["repositoryMetadata"]["Arn"]
    tags = commits.list_tags_for_resource(resourceArn=arn)["tags"]
    assert (tags["sagemaker:project-name"], tags["sagemaker:project-id"]) == ("churn", project["ProjectId"])


def test_a_name_that_is_taken_is_refused_before_anything_is_made(studio: Studio) -> None:
    assert studio.create("taken") == "CreateCompleted", studio.why("taken")
    before = len(studio.account.client("cloudformation").list_stacks()["StackSummaries"])
    with pytest.raises(ClientError, match="Project with name taken already exists"):
        studio.create("taken")
    assert len(studio.account.client("cloudformation").list_stacks()["StackSummaries"]) == before


@pytest.mark.parametrize(
    ("name", "parameters", "why"),
    [
        ("wrong-type", {"ModelType": "clairvoyance"}, "ModelType"),
        ("Has-Capitals", {}, "SageMakerProjectName"),
        ("wrong-name", {"RepositoryName": "no spaces"}, "RepositoryName"),
    ],
)
def test_a_parameter_out_of_range_fails_with_the_reason_and_makes_nothing(
    studio: Studio, name: str, parameters: dict[str, str], why: str
) -> None:
    repositories = studio.account.client("codecommit").list_repositories()["repositories"]
    assert studio.create(name, **parameters) == "CreateFailed"
    assert why in studio.why(name)
    assert studio.account.client("codecommit").list_repositories()["repositories"] == repositories


def test_a_contract_that_is_missing_fails_with_its_path_and_makes_nothing(studio: Studio) -> None:
    ssm, path = studio.account.client("ssm"), "/mlops/hub/release-bucket"
    value = ssm.get_parameter(Name=path)["Parameter"]["Value"]
    ssm.delete_parameter(Name=path)
    try:
        assert studio.create("no-contract") == "CreateFailed"
        assert path in studio.why("no-contract")
    finally:
        ssm.put_parameter(Name=path, Type="String", Value=value)


def test_a_developer_launches_nothing_without_sagemaker(studio: Studio) -> None:
    catalog = studio.account.client("servicecatalog", studio.key)
    with pytest.raises(ClientError, match="not authorized"):
        catalog.provision_product(ProductId=studio.product, ProvisioningArtifactId=studio.versions["1.0.0"],
                                  ProvisionedProductName="mine", ProvisionToken="mine")  # fmt: skip


def test_a_project_is_brought_to_a_newer_version_and_deleted_without_its_code(studio: Studio, tmp_path: Path) -> None:
    first, *_, last = studio.versions
    assert studio.create("grows", version=first) == "CreateCompleted", studio.why("grows")
    url = studio.outputs("grows")["RepositoryUrl"]
    newer = {"ProvisioningArtifactId": studio.versions[last]}
    studio.sagemaker.update_project(ProjectName="grows", ServiceCatalogProvisioningUpdateDetails=newer)
    assert studio.ended("grows") == "UpdateCompleted", studio.why("grows")
    studio.account.client("sagemaker").delete_project(ProjectName="grows")
    deadline = time.monotonic() + 60
    while "grows" in {item["ProjectName"] for item in studio.sagemaker.list_projects()["ProjectSummaryList"]}:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert (cloned(studio, url, tmp_path / "kept") / "README.md").is_file()
    assert REGION in url


def from_bucket(studio: Studio, sagemaker: Any, name: str, version: str = "") -> str:
    """The project's state when it began with the template as it lies in the bucket, not with the product."""
    newest = version or str(versions_folder.declared_release(PRODUCT).version)
    template = {"TemplateName": PRODUCT.name, "TemplateURL": studio.account.url(PRODUCT.name, newest)}
    given = [{"Key": "ModelType", "Value": "model-chain"}]
    provider = {"CfnTemplateProvider": {**template, "Parameters": given}}
    sagemaker.create_project(ProjectName=name, TemplateProviders=[provider])
    return studio.ended(name)


def test_the_same_template_begins_a_project_from_the_bucket(studio: Studio, tmp_path: Path) -> None:
    administrator, code = studio.account.client("sagemaker"), studio.account.client("codecommit")
    before = {repository["repositoryName"] for repository in code.list_repositories()["repositories"]}
    assert from_bucket(studio, administrator, "bucketed") == "CreateCompleted"
    made = {repository["repositoryName"] for repository in code.list_repositories()["repositories"]} - before
    assert len(made) == 1
    url = code.get_repository(repositoryName=made.pop())["repositoryMetadata"]["cloneUrlHttp"]
    assert "chain" in (cloned(studio, url, tmp_path / "bucketed") / "README.md").read_text().lower()


def test_a_project_from_the_bucket_is_brought_to_a_newer_template(studio: Studio) -> None:
    administrator, cloudformation = studio.account.client("sagemaker"), studio.account.client("cloudformation")
    first, *_, last = studio.versions
    assert from_bucket(studio, administrator, "ages", first) == "CreateCompleted"
    newer: dict[str, Any] = {"TemplateName": PRODUCT.name, "TemplateURL": studio.account.url(PRODUCT.name, last)}
    wrong = [{"CfnTemplateProvider": {**newer, "TemplateName": "another"}}]
    with pytest.raises(ClientError, match="has one template, ml-project; name it"):
        administrator.update_project(ProjectName="ages", TemplateProvidersToUpdate=wrong)
    administrator.update_project(ProjectName="ages", TemplateProvidersToUpdate=[{"CfnTemplateProvider": newer}])
    assert studio.ended("ages") == "UpdateCompleted"
    detail = studio.described("ages")["TemplateProviderDetails"][0]["CfnTemplateProviderDetail"]
    (stack,) = cloudformation.describe_stacks(StackName=detail["StackDetail"]["Id"])["Stacks"]
    assert detail["TemplateURL"] == newer["TemplateURL"]
    asked = {parameter["ParameterKey"]: parameter["ParameterValue"] for parameter in stack["Parameters"]}
    assert (asked["ModelType"], asked["SageMakerProjectName"]) == ("model-chain", "ages")


def test_a_developer_takes_no_template_from_the_bucket(studio: Studio) -> None:
    with pytest.raises(ClientError, match="not authorized to perform: cloudformation:CreateStack"):
        from_bucket(studio, studio.sagemaker, "around")
