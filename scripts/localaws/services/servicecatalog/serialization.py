"""Serializes the models as members of Service Catalog responses."""

from typing import Any

from scripts.localaws.services.servicecatalog.models import (
    Artifact,
    Constraint,
    Portfolio,
    Product,
    ProvisionedProduct,
    Record,
    TagOption,
    tag_list,
)


def portfolio_detail(portfolio: Portfolio, region: str) -> dict[str, Any]:
    """Return a PortfolioDetail."""
    arn = f"arn:aws:catalog:{region}:{portfolio.account}:portfolio/{portfolio.id}"
    return {"Id": portfolio.id, "ARN": arn, "CreatedTime": portfolio.created, **portfolio.details}


def product_view_summary(product: Product) -> dict[str, Any]:
    """Return a ProductViewSummary."""
    view_id = "prodview-" + product.id.removeprefix("prod-")
    return {
        "Id": view_id,
        "ProductId": product.id,
        "Type": "CLOUD_FORMATION_TEMPLATE",
        "HasDefaultPath": False,
        **product.view,
    }


def product_view_detail(product: Product, region: str) -> dict[str, Any]:
    """Return a ProductViewDetail."""
    arn = f"arn:aws:catalog:{region}:{product.account}:product/{product.id}"
    return {
        "ProductViewSummary": product_view_summary(product),
        "Status": "CREATED",
        "ProductARN": arn,
        "CreatedTime": product.created,
    }


def artifact_summary(artifact: Artifact) -> dict[str, Any]:
    """Return the members that all summaries of a version have."""
    return {
        "Id": artifact.id,
        "Name": artifact.name,
        "Description": artifact.description,
        "CreatedTime": artifact.created,
    }


def artifact_detail(artifact: Artifact) -> dict[str, Any]:
    """Return a ProvisioningArtifactDetail."""
    return {
        **artifact_summary(artifact),
        "Type": "CLOUD_FORMATION_TEMPLATE",
        "Active": artifact.active,
        "Guidance": artifact.guidance,
    }


def constraint_detail(constraint: Constraint) -> dict[str, Any]:
    """Return a ConstraintDetail."""
    ids = {"ProductId": constraint.product, "PortfolioId": constraint.portfolio, "Owner": constraint.account}
    return {"ConstraintId": constraint.id, "Type": constraint.kind, "Description": constraint.description, **ids}


def tag_option_detail(tag_option: TagOption) -> dict[str, Any]:
    """Return a TagOptionDetail."""
    return {
        "Id": tag_option.id,
        "Key": tag_option.key,
        "Value": tag_option.value,
        "Active": tag_option.active,
        "Owner": tag_option.account,
    }


def record_detail(record: Record) -> dict[str, Any]:
    """Return a RecordDetail."""
    detail = {
        "RecordId": record.id,
        "ProvisionedProductName": record.name,
        "Status": record.status,
        "CreatedTime": record.created,
        "UpdatedTime": record.updated,
        "ProvisionedProductType": "CFN_STACK",
        "RecordType": record.kind,
        "ProvisionedProductId": record.provisioned_product,
        "ProductId": record.product,
        "ProvisioningArtifactId": record.artifact,
        "PathId": record.path,
        "RecordErrors": record.errors,
        "RecordTags": tag_list(record.tags),
    }
    return {**detail, "LaunchRoleArn": record.launch_role} if record.launch_role else detail


def provisioned_product_detail(provisioned_product: ProvisionedProduct, region: str) -> dict[str, Any]:
    """Return a ProvisionedProductDetail."""
    detail = _common_detail(provisioned_product, region)
    return {**detail, "LaunchRoleArn": provisioned_product.launch_role} if provisioned_product.launch_role else detail


def _common_detail(provisioned_product: ProvisionedProduct, region: str) -> dict[str, Any]:
    owner, path = provisioned_product.account, f"{provisioned_product.name}/{provisioned_product.id}"
    detail: dict[str, Any] = {
        "Name": provisioned_product.name,
        "Arn": f"arn:aws:servicecatalog:{region}:{owner}:stack/{path}",
        "Type": "CFN_STACK",
        "Id": provisioned_product.id,
        "Status": provisioned_product.status,
        "CreatedTime": provisioned_product.created,
        "IdempotencyToken": provisioned_product.token,
        "LastRecordId": provisioned_product.last_record,
        "LastProvisioningRecordId": provisioned_product.last_provisioning,
        "ProductId": provisioned_product.product,
        "ProvisioningArtifactId": provisioned_product.artifact,
    }
    if provisioned_product.message:
        detail["StatusMessage"] = provisioned_product.message
    if provisioned_product.last_success:
        detail["LastSuccessfulProvisioningRecordId"] = provisioned_product.last_success
    return detail


def provisioned_product_attribute(
    provisioned_product: ProvisionedProduct, region: str, product_name: str, artifact_name: str
) -> dict[str, Any]:
    """Return a ProvisionedProductAttribute, the result of a search."""
    return {
        **_common_detail(provisioned_product, region),
        "Tags": tag_list(provisioned_product.tags),
        "PhysicalId": provisioned_product.stack,
        "ProductName": product_name,
        "ProvisioningArtifactName": artifact_name,
        "UserArn": provisioned_product.caller_arn,
        "UserArnSession": provisioned_product.session_arn,
    }


def resource_detail(resource: Portfolio | Product, region: str) -> dict[str, Any]:
    """Return the ResourceDetail of a resource with a TagOption."""
    if isinstance(resource, Portfolio):
        arn, name, description = (
            portfolio_detail(resource, region)["ARN"],
            resource.details["DisplayName"],
            resource.details["Description"],
        )
    else:
        arn, name, description = (
            product_view_detail(resource, region)["ProductARN"],
            resource.view["Name"],
            resource.view.get("ShortDescription", ""),
        )
    return {"Id": resource.id, "ARN": arn, "Name": name, "Description": description, "CreatedTime": resource.created}
