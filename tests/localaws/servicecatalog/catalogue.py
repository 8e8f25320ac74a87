"""A hub that publishes and a spoke that launches, as short sentences for the Service Catalog tests."""

import json
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

from tests.localaws.conftest import Aws

POLICY_VERSION = "2012-10-17"
MAY_LAUNCH = ("cloudformation:*", "ssm:*", "s3:GetObject")


def unique(name: str) -> str:
    """The name with a tail of its own: the tests of a file share one embedded AWS."""
    return f"{name}-{uuid.uuid4().hex[:8]}"


def template(value: str = "one", **more: Any) -> str:
    """One SSM parameter; a launch says its Size."""
    size = {"Type": "String", "Default": "small", "AllowedValues": ["small", "large", "huge"], "Description": "Size"}
    made = {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "String", "Value": {"Fn::Sub": f"{value} ${{Size}}"}}}
    outputs = {"Name": {"Value": {"Ref": "Made"}, "Description": "Where it is"}}
    return json.dumps({"Parameters": {"Size": size}, "Resources": {"Made": made}, "Outputs": outputs, **more})


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
    """A role that Service Catalog may take on, for one account's launches when it is named; its ARN."""
    document = trust(source_account, Service="servicecatalog.amazonaws.com")
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=document)
    if actions:
        iam.put_role_policy(RoleName=name, PolicyName="may", PolicyDocument=policy(*actions))
    return str(arn["Role"]["Arn"])


def user_role(iam: Any, account: str, name: str, *actions: str) -> str:
    """A role that the account's own principals may take on; its ARN."""
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust(AWS=f"arn:aws:iam::{account}:root"))
    iam.put_role_policy(RoleName=name, PolicyName="may", PolicyDocument=policy(*(actions or ("servicecatalog:*",))))
    return str(arn["Role"]["Arn"])


@dataclass
class Hub:
    """The account that owns the catalogue."""

    aws: Aws
    account: str
    bucket: str
    made: set[str] = field(default_factory=set)

    @property
    def catalog(self) -> Any:
        return self.aws("servicecatalog", self.account)

    def put(self, body: str | bytes) -> str:
        """An object that holds the template; its address."""
        key = f"templates/{uuid.uuid4().hex}.json"
        self.aws("s3", self.account).put_object(Bucket=self.bucket, Key=key, Body=body)
        return f"https://{self.bucket}.s3.eu-west-2.amazonaws.com/{key}"

    def artifact(self, name: str, body: str, **more: Any) -> dict[str, Any]:
        """What CreateProduct and CreateProvisioningArtifact take."""
        info = {"LoadTemplateFromURL": self.put(body)}
        return {"Name": name, "Type": "CLOUD_FORMATION_TEMPLATE", "Info": info, **more}

    def portfolio(self, name: str = "portfolio") -> str:
        made = self.catalog.create_portfolio(DisplayName=name, ProviderName="platform", IdempotencyToken=unique("t"))
        self.made.add(made["PortfolioDetail"]["Id"])
        return str(made["PortfolioDetail"]["Id"])

    def product(self, portfolio: str = "", body: str = "", name: str = "") -> tuple[str, str]:
        """(product, its first version 1.0.0), in the portfolio when one is named."""
        product, version = self.create(name or unique("product"), self.artifact("1.0.0", body or template()))
        if portfolio:
            self.catalog.associate_product_with_portfolio(ProductId=product, PortfolioId=portfolio)
        return product, version

    def create(self, name: str, artifact: dict[str, Any], token: str = "") -> tuple[str, str]:
        """(product, its first version), by CreateProduct."""
        made = self.catalog.create_product(
            Name=name,
            Owner="platform",
            ProductType="CLOUD_FORMATION_TEMPLATE",
            ProvisioningArtifactParameters=artifact,
            IdempotencyToken=token or unique("t"),
        )
        product = made["ProductViewDetail"]["ProductViewSummary"]["ProductId"]
        self.made.add(product)
        return str(product), str(made["ProvisioningArtifactDetail"]["Id"])

    def tag_option(self, key: str, value: str, *resources: str) -> str:
        """A TagOption that the resources carry; its id."""
        made = self.catalog.create_tag_option(Key=key, Value=value)["TagOptionDetail"]["Id"]
        self.made.add(made)
        for resource in resources:
            self.catalog.associate_tag_option_with_resource(ResourceId=resource, TagOptionId=made)
        return str(made)

    def version(self, product: str, name: str, body: str = "") -> str:
        made = self.catalog.create_provisioning_artifact(
            ProductId=product, Parameters=self.artifact(name, body or template()), IdempotencyToken=unique("t")
        )
        return str(made["ProvisioningArtifactDetail"]["Id"])

    def constrain(self, portfolio: str, product: str, kind: str, **parameters: Any) -> str:
        made = self.catalog.create_constraint(
            PortfolioId=portfolio,
            ProductId=product,
            Type=kind,
            Parameters=json.dumps(parameters),
            IdempotencyToken=unique("t"),
        )
        return str(made["ConstraintDetail"]["ConstraintId"])

    def grant(self, portfolio: str, arn: str) -> None:
        kind = "IAM_PATTERN" if ":::" in arn else "IAM"
        self.catalog.associate_principal_with_portfolio(PortfolioId=portfolio, PrincipalARN=arn, PrincipalType=kind)

    def share(self, portfolio: str, node: str, kind: str = "ORGANIZATIONAL_UNIT", **flags: bool) -> None:
        """With a node of the organisation; waits until it is done."""
        begun = self.catalog.create_portfolio_share(
            PortfolioId=portfolio, OrganizationNode={"Type": kind, "Value": node}, **flags
        )
        assert self.shared(begun["PortfolioShareToken"])["Status"] == "COMPLETED"

    def shared(self, token: str) -> dict[str, Any]:
        """The share action's end."""
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            found: dict[str, Any] = self.catalog.describe_portfolio_share_status(PortfolioShareToken=token)
            if found["Status"] not in ("NOT_STARTED", "IN_PROGRESS"):
                return found
            time.sleep(0.05)
        raise AssertionError(f"share action {token} does not end")


def with_bucket(aws: Aws, account: str) -> Hub:
    """A hub with a bucket for its templates."""
    hub = Hub(aws, account, unique("catalogue"))
    where = {"LocationConstraint": "eu-west-2"}
    aws("s3", account).create_bucket(Bucket=hub.bucket, CreateBucketConfiguration=where)
    return hub


def cleaned(hub: Hub) -> None:
    """Deletes what the hub made, in the order that Service Catalog asks for; nothing of it may be launched."""
    for prefix, forget in (("tag-", _option), ("port-", _portfolio), ("prod-", _product)):
        for identifier in (it for it in hub.made if it.startswith(prefix)):
            forget(hub.catalog, identifier)
    s3 = hub.aws("s3", hub.account)
    for it in s3.list_object_versions(Bucket=hub.bucket).get("Versions", []):
        s3.delete_object(Bucket=hub.bucket, Key=it["Key"], VersionId=it["VersionId"])
    s3.delete_bucket(Bucket=hub.bucket)


def _option(catalog: Any, option: str) -> None:
    for it in catalog.list_resources_for_tag_option(TagOptionId=option)["ResourceDetails"]:
        catalog.disassociate_tag_option_from_resource(ResourceId=it["Id"], TagOptionId=option)
    catalog.delete_tag_option(Id=option)


def _portfolio(catalog: Any, portfolio: str) -> None:
    for it in catalog.list_constraints_for_portfolio(PortfolioId=portfolio)["ConstraintDetails"]:
        catalog.delete_constraint(Id=it["ConstraintId"])
    for it in catalog.search_products_as_admin(PortfolioId=portfolio)["ProductViewDetails"]:
        product = it["ProductViewSummary"]["ProductId"]
        catalog.disassociate_product_from_portfolio(PortfolioId=portfolio, ProductId=product)
    catalog.delete_portfolio(Id=portfolio)


def _product(catalog: Any, product: str) -> None:
    catalog.delete_product(Id=product)


def ended(catalog: Any, answer: dict[str, Any]) -> dict[str, Any]:
    """The record of a launch, an upgrade or an end, once it is over, with its outputs."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        found: dict[str, Any] = catalog.describe_record(Id=answer["RecordDetail"]["RecordId"])
        if found["RecordDetail"]["Status"] in ("SUCCEEDED", "FAILED"):
            return found
        time.sleep(0.1)
    raise AssertionError(f"record does not end: {found}")
