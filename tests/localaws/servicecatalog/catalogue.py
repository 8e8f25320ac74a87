"""Helpers of the Service Catalog tests: the hub account that publishes products, roles, and waiting for records."""

import json
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

from tests.localaws.conftest import Aws

POLICY_VERSION = "2012-10-17"
LAUNCH_ACTIONS = ("cloudformation:*", "ssm:*", "s3:GetObject")


def unique(name: str) -> str:
    """The name with a random suffix: the tests of a file share one embedded AWS."""
    return f"{name}-{uuid.uuid4().hex[:8]}"


def template(value: str = "one", **fields: Any) -> str:
    """A template with one SSM parameter; Size is a parameter of the launch."""
    size = {"Type": "String", "Default": "small", "AllowedValues": ["small", "large", "huge"], "Description": "Size"}
    parameter = {
        "Type": "AWS::SSM::Parameter",
        "Properties": {"Type": "String", "Value": {"Fn::Sub": f"{value} ${{Size}}"}},
    }
    outputs = {"Name": {"Value": {"Ref": "Made"}, "Description": "Where it is"}}
    return json.dumps({"Parameters": {"Size": size}, "Resources": {"Made": parameter}, "Outputs": outputs, **fields})


def policy(*actions: str) -> str:
    return json.dumps(
        {"Version": POLICY_VERSION, "Statement": [{"Effect": "Allow", "Action": list(actions), "Resource": "*"}]}
    )


def trust(source_account: str = "", **principal: str) -> str:
    statement: dict[str, Any] = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    if source_account:
        statement["Condition"] = {"StringEquals": {"aws:SourceAccount": source_account}}
    return json.dumps({"Version": POLICY_VERSION, "Statement": [statement]})


def launch_role(iam: Any, name: str, *actions: str, source_account: str = "") -> str:
    """Create a role that Service Catalog may assume, optionally for launches of one account; return its ARN."""
    document = trust(source_account, Service="servicecatalog.amazonaws.com")
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=document)
    if actions:
        iam.put_role_policy(RoleName=name, PolicyName="may", PolicyDocument=policy(*actions))
    return str(arn["Role"]["Arn"])


def user_role(iam: Any, account: str, name: str, *actions: str) -> str:
    """Create a role that principals of the account may assume; return its ARN."""
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust(AWS=f"arn:aws:iam::{account}:root"))
    iam.put_role_policy(RoleName=name, PolicyName="may", PolicyDocument=policy(*(actions or ("servicecatalog:*",))))
    return str(arn["Role"]["Arn"])


@dataclass
class Hub:
    """The account that owns the catalogue."""

    aws: Aws
    account: str
    bucket: str
    created: set[str] = field(default_factory=set)

    @property
    def catalog(self) -> Any:
        return self.aws("servicecatalog", self.account)

    def put(self, body: str | bytes) -> str:
        """Upload a template and return its URL."""
        key = f"templates/{uuid.uuid4().hex}.json"
        self.aws("s3", self.account).put_object(Bucket=self.bucket, Key=key, Body=body)
        return f"https://{self.bucket}.s3.eu-west-2.amazonaws.com/{key}"

    def artifact(self, name: str, body: str, **fields: Any) -> dict[str, Any]:
        """Return the version argument of CreateProduct and CreateProvisioningArtifact."""
        info = {"LoadTemplateFromURL": self.put(body)}
        return {"Name": name, "Type": "CLOUD_FORMATION_TEMPLATE", "Info": info, **fields}

    def portfolio(self, name: str = "portfolio") -> str:
        response = self.catalog.create_portfolio(
            DisplayName=name, ProviderName="platform", IdempotencyToken=unique("t")
        )
        self.created.add(response["PortfolioDetail"]["Id"])
        return str(response["PortfolioDetail"]["Id"])

    def product(self, portfolio: str = "", body: str = "", name: str = "") -> tuple[str, str]:
        """Create a product, optionally in a portfolio; return its id and that of its first version 1.0.0."""
        product, version = self.create(name or unique("product"), self.artifact("1.0.0", body or template()))
        if portfolio:
            self.catalog.associate_product_with_portfolio(ProductId=product, PortfolioId=portfolio)
        return product, version

    def create(self, name: str, artifact: dict[str, Any], token: str = "") -> tuple[str, str]:
        """Call CreateProduct; return the ids of the product and its first version."""
        response = self.catalog.create_product(
            Name=name,
            Owner="platform",
            ProductType="CLOUD_FORMATION_TEMPLATE",
            ProvisioningArtifactParameters=artifact,
            IdempotencyToken=token or unique("t"),
        )
        product = response["ProductViewDetail"]["ProductViewSummary"]["ProductId"]
        self.created.add(product)
        return str(product), str(response["ProvisioningArtifactDetail"]["Id"])

    def tag_option(self, key: str, value: str, *resources: str) -> str:
        """Create a TagOption, associate it with the resources, and return its id."""
        identifier = self.catalog.create_tag_option(Key=key, Value=value)["TagOptionDetail"]["Id"]
        self.created.add(identifier)
        for resource in resources:
            self.catalog.associate_tag_option_with_resource(ResourceId=resource, TagOptionId=identifier)
        return str(identifier)

    def version(self, product: str, name: str, body: str = "") -> str:
        response = self.catalog.create_provisioning_artifact(
            ProductId=product, Parameters=self.artifact(name, body or template()), IdempotencyToken=unique("t")
        )
        return str(response["ProvisioningArtifactDetail"]["Id"])

    def constrain(self, portfolio: str, product: str, kind: str, **parameters: Any) -> str:
        response = self.catalog.create_constraint(
            PortfolioId=portfolio,
            ProductId=product,
            Type=kind,
            Parameters=json.dumps(parameters),
            IdempotencyToken=unique("t"),
        )
        return str(response["ConstraintDetail"]["ConstraintId"])

    def grant(self, portfolio: str, arn: str) -> None:
        kind = "IAM_PATTERN" if ":::" in arn else "IAM"
        self.catalog.associate_principal_with_portfolio(PortfolioId=portfolio, PrincipalARN=arn, PrincipalType=kind)

    def share(self, portfolio: str, node: str, kind: str = "ORGANIZATIONAL_UNIT", **flags: bool) -> None:
        """Share with a node of the organization and wait for the share action."""
        response = self.catalog.create_portfolio_share(
            PortfolioId=portfolio, OrganizationNode={"Type": kind, "Value": node}, **flags
        )
        assert self.wait_for_share(response["PortfolioShareToken"])["Status"] == "COMPLETED"

    def wait_for_share(self, token: str) -> dict[str, Any]:
        """Wait for the end of a share action and return its status."""
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            status: dict[str, Any] = self.catalog.describe_portfolio_share_status(PortfolioShareToken=token)
            if status["Status"] not in ("NOT_STARTED", "IN_PROGRESS"):
                return status
            time.sleep(0.05)
        raise AssertionError(f"share action {token} does not end")


def with_bucket(aws: Aws, account: str) -> Hub:
    """Create a hub with a bucket for its templates."""
    hub = Hub(aws, account, unique("catalogue"))
    configuration = {"LocationConstraint": "eu-west-2"}
    aws("s3", account).create_bucket(Bucket=hub.bucket, CreateBucketConfiguration=configuration)
    return hub


def clean_up(hub: Hub) -> None:
    """Delete the resources of the hub in the order that Service Catalog requires; none may be provisioned."""
    for prefix, delete in (("tag-", _delete_option), ("port-", _delete_portfolio), ("prod-", _delete_product)):
        for identifier in (identifier for identifier in hub.created if identifier.startswith(prefix)):
            delete(hub.catalog, identifier)
    s3 = hub.aws("s3", hub.account)
    for version in s3.list_object_versions(Bucket=hub.bucket).get("Versions", []):
        s3.delete_object(Bucket=hub.bucket, Key=version["Key"], VersionId=version["VersionId"])
    s3.delete_bucket(Bucket=hub.bucket)


def _delete_option(catalog: Any, option: str) -> None:
    for resource in catalog.list_resources_for_tag_option(TagOptionId=option)["ResourceDetails"]:
        catalog.disassociate_tag_option_from_resource(ResourceId=resource["Id"], TagOptionId=option)
    catalog.delete_tag_option(Id=option)


def _delete_portfolio(catalog: Any, portfolio: str) -> None:
    for detail in catalog.list_constraints_for_portfolio(PortfolioId=portfolio)["ConstraintDetails"]:
        catalog.delete_constraint(Id=detail["ConstraintId"])
    for detail in catalog.search_products_as_admin(PortfolioId=portfolio)["ProductViewDetails"]:
        product = detail["ProductViewSummary"]["ProductId"]
        catalog.disassociate_product_from_portfolio(PortfolioId=portfolio, ProductId=product)
    catalog.delete_portfolio(Id=portfolio)


def _delete_product(catalog: Any, product: str) -> None:
    catalog.delete_product(Id=product)


def wait_for_record(catalog: Any, response: dict[str, Any]) -> dict[str, Any]:
    """Wait for the end of a record and return it with its outputs."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        record: dict[str, Any] = catalog.describe_record(Id=response["RecordDetail"]["RecordId"])
        if record["RecordDetail"]["Status"] in ("SUCCEEDED", "FAILED"):
            return record
        time.sleep(0.1)
    raise AssertionError(f"record does not end: {record}")
