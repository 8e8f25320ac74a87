"""How Service Catalog words its things in replies. Pure."""

from typing import Any

from scripts.localaws.services.servicecatalog.models import (
    Artifact,
    Constraint,
    Portfolio,
    Product,
    Provisioned,
    Record,
    TagOption,
    tag_list,
)


def portfolio(it: Portfolio, region: str) -> dict[str, Any]:
    """PortfolioDetail."""
    arn = f"arn:aws:catalog:{region}:{it.account}:portfolio/{it.id}"
    return {"Id": it.id, "ARN": arn, "CreatedTime": it.created, **it.details}


def summary(it: Product) -> dict[str, Any]:
    """ProductViewSummary."""
    view_id = "prodview-" + it.id.removeprefix("prod-")
    return {"Id": view_id, "ProductId": it.id, "Type": "CLOUD_FORMATION_TEMPLATE", "HasDefaultPath": False, **it.view}


def product(it: Product, region: str) -> dict[str, Any]:
    """ProductViewDetail."""
    arn = f"arn:aws:catalog:{region}:{it.account}:product/{it.id}"
    return {"ProductViewSummary": summary(it), "Status": "CREATED", "ProductARN": arn, "CreatedTime": it.created}


def artifact(it: Artifact) -> dict[str, Any]:
    """What summaries of a version share."""
    return {"Id": it.id, "Name": it.name, "Description": it.description, "CreatedTime": it.created}


def artifact_detail(it: Artifact) -> dict[str, Any]:
    """ProvisioningArtifactDetail."""
    return {**artifact(it), "Type": "CLOUD_FORMATION_TEMPLATE", "Active": it.active, "Guidance": it.guidance}


def constraint(it: Constraint) -> dict[str, Any]:
    """ConstraintDetail."""
    names = {"ProductId": it.product, "PortfolioId": it.portfolio, "Owner": it.account}
    return {"ConstraintId": it.id, "Type": it.kind, "Description": it.description, **names}


def tag_option(it: TagOption) -> dict[str, Any]:
    """TagOptionDetail."""
    return {"Id": it.id, "Key": it.key, "Value": it.value, "Active": it.active, "Owner": it.account}


def record(it: Record) -> dict[str, Any]:
    """RecordDetail."""
    detail = {
        "RecordId": it.id,
        "ProvisionedProductName": it.name,
        "Status": it.status,
        "CreatedTime": it.created,
        "UpdatedTime": it.updated,
        "ProvisionedProductType": "CFN_STACK",
        "RecordType": it.kind,
        "ProvisionedProductId": it.provisioned,
        "ProductId": it.product,
        "ProvisioningArtifactId": it.artifact,
        "PathId": it.path,
        "RecordErrors": it.errors,
        "RecordTags": tag_list(it.tags),
    }
    return {**detail, "LaunchRoleArn": it.launch_role} if it.launch_role else detail


def provisioned(it: Provisioned, region: str) -> dict[str, Any]:
    """ProvisionedProductDetail."""
    detail = _provisioned(it, region)
    return {**detail, "LaunchRoleArn": it.launch_role} if it.launch_role else detail


def _provisioned(it: Provisioned, region: str) -> dict[str, Any]:
    detail: dict[str, Any] = {
        "Name": it.name,
        "Arn": f"arn:aws:servicecatalog:{region}:{it.account}:stack/{it.name}/{it.id}",
        "Type": "CFN_STACK",
        "Id": it.id,
        "Status": it.status,
        "CreatedTime": it.created,
        "IdempotencyToken": it.token,
        "LastRecordId": it.last_record,
        "LastProvisioningRecordId": it.last_provisioning,
        "ProductId": it.product,
        "ProvisioningArtifactId": it.artifact,
    }
    if it.message:
        detail["StatusMessage"] = it.message
    if it.last_success:
        detail["LastSuccessfulProvisioningRecordId"] = it.last_success
    return detail


def attribute(it: Provisioned, region: str, product_name: str, artifact_name: str) -> dict[str, Any]:
    """ProvisionedProductAttribute: what a search shows."""
    return {
        **_provisioned(it, region),
        "Tags": tag_list(it.tags),
        "PhysicalId": it.stack,
        "ProductName": product_name,
        "ProvisioningArtifactName": artifact_name,
        "UserArn": it.caller_arn,
        "UserArnSession": it.session_arn,
    }


def resource(it: Portfolio | Product, region: str) -> dict[str, Any]:
    """ResourceDetail of a tag option."""
    if isinstance(it, Portfolio):
        arn, name, description = portfolio(it, region)["ARN"], it.details["DisplayName"], it.details["Description"]
    else:
        arn, name, description = product(it, region)["ProductARN"], it.view["Name"], it.view.get("ShortDescription", "")
    return {"Id": it.id, "ARN": arn, "Name": name, "Description": description, "CreatedTime": it.created}
