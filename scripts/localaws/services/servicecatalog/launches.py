"""Provision, update and terminate: each creates a record and a background task for the CloudFormation stack.

https://docs.aws.amazon.com/servicecatalog/latest/dg/API_ProvisionProduct.html
"""

import threading
from typing import Any

from scripts.localaws.services.servicecatalog import constraints, end_user, tag_options, templates
from scripts.localaws.services.servicecatalog.access import LaunchPath
from scripts.localaws.services.servicecatalog.exceptions import invalid, not_found
from scripts.localaws.services.servicecatalog.models import (
    Artifact,
    Params,
    ProvisionedProduct,
    Record,
    new_id,
    now,
    tag_dict,
    tag_list,
    where,
)
from scripts.localaws.services.servicecatalog.operations import Request, operation
from scripts.localaws.services.servicecatalog.serialization import structure
from scripts.localaws.services.servicecatalog.stack_worker import ProvisioningTask, run


@operation("ProvisionProduct", idempotency_key="ProvisionToken")
def provision(request: Request, params: Params) -> dict[str, Any]:
    """Create a provisioned product; an error for an inactive or DEPRECATED version."""
    _refuse_stack_sets(params)
    path = end_user.choose_path(request, params)
    version = end_user.choose_version(path.product, params)
    refuse_deprecated(version)
    name = params["ProvisionedProductName"]
    if where(request.store.provisioned_products, account=request.account, name=name):
        raise invalid(f"A stack named {name} already exists.")
    provisioned_product = new_provisioned_product(request, params, path, version)
    request.store.provisioned_products[provisioned_product.id] = provisioned_product
    record = start_record(request, provisioned_product, "PROVISION_PRODUCT", version, path)
    task = ProvisioningTask(request, provisioned_product, record, version)
    return _start_task(task, "create_stack", stack_arguments(request, path, version, params, provisioned_product))


def refuse_deprecated(version: Artifact) -> None:
    """Raise InvalidParametersException for a version that no new provisioned product may have."""
    if version.guidance == "DEPRECATED":
        raise invalid(f"Version {version.name} is deprecated and cannot be launched.")


def new_provisioned_product(
    request: Request, params: Params, path: LaunchPath, version: Artifact
) -> ProvisionedProduct:
    """Return a new provisioned product; it is not stored."""
    caller = request.caller
    return ProvisionedProduct(
        id=new_id("pp"),
        account=request.account,
        name=params["ProvisionedProductName"],
        product=path.product.id,
        artifact=version.id,
        path=path.id,
        caller_arn=caller.role_arn or caller.arn,
        session_arn=caller.arn,
        token=params.get("ProvisionToken", ""),
        user_tags=tag_dict(params),
        tags=tag_options.launch_tags(request.store, path, tag_dict(params)),
    )


@operation("UpdateProvisionedProduct", idempotency_key="UpdateToken")
def update(request: Request, params: Params) -> dict[str, Any]:
    """Change the version, parameters or tags. DEPRECATED versions are allowed, inactive ones are not."""
    _refuse_stack_sets(params)
    provisioned_product = own_provisioned_product(request, params)
    check_status(provisioned_product, ("AVAILABLE", "TAINTED"))
    complete = with_defaults(params, provisioned_product)
    path = end_user.choose_path(request, complete)
    version = end_user.choose_version(path.product, complete)
    update_tags(request, path, provisioned_product, tag_dict(params))
    record = start_record(request, provisioned_product, "UPDATE_PROVISIONED_PRODUCT", version, path)
    task = ProvisioningTask(request, provisioned_product, record, version)
    return _start_task(task, "update_stack", stack_arguments(request, path, version, params, provisioned_product))


def with_defaults(params: Params, provisioned_product: ProvisionedProduct) -> Params:
    """Return the request with the current product, version and path where it names none."""
    defaults = {"ProvisioningArtifact": provisioned_product.artifact, "Product": provisioned_product.product}
    same_product = params.get("ProductId", provisioned_product.product) == provisioned_product.product
    if same_product and not params.get("ProductName"):
        defaults["Path"] = provisioned_product.path
    missing = [key for key in defaults if not (params.get(f"{key}Id") or params.get(f"{key}Name"))]
    return params | {f"{key}Id": defaults[key] for key in missing}


def update_tags(
    request: Request, path: LaunchPath, provisioned_product: ProvisionedProduct, tags: dict[str, str]
) -> None:
    """Add the tags of a request; an error unless a RESOURCE_UPDATE constraint allows other tags."""
    if tags.items() <= provisioned_product.user_tags.items():
        return
    if not constraints.tag_updates_allowed(request.store, path.portfolio.id, path.product.id):
        raise invalid("Tags change only where a RESOURCE_UPDATE constraint allows it.")
    provisioned_product.tags |= tag_options.launch_tags(request.store, path, {**provisioned_product.tags, **tags})
    provisioned_product.user_tags |= tags


@operation("TerminateProvisionedProduct", idempotency_key="TerminateToken")
def terminate(request: Request, params: Params) -> dict[str, Any]:
    """Delete the stack; with IgnoreErrors the provisioned product is removed even if the deletion fails."""
    if params.get("RetainPhysicalResources"):
        raise invalid("The embedded AWS does not hold RetainPhysicalResources.")
    provisioned_product = own_provisioned_product(request, params)
    check_status(provisioned_product, ("AVAILABLE", "TAINTED", "ERROR"))
    record = start_record(request, provisioned_product, "TERMINATE_PROVISIONED_PRODUCT", None, None)
    task = ProvisioningTask(request, provisioned_product, record, None, bool(params.get("IgnoreErrors")))
    return _start_task(task, "delete_stack", {})


def own_provisioned_product(
    request: Request, params: Params, id_key: str = "ProvisionedProductId", name_key: str = "ProvisionedProductName"
) -> ProvisionedProduct:
    """Return a provisioned product of the caller's account by id, name or ARN."""
    identifier = params.get(id_key) or str(params.get(name_key, "")).rsplit("/", 1)[-1]
    for provisioned_product in where(request.store.provisioned_products, account=request.account):
        if identifier in (provisioned_product.id, provisioned_product.name):
            return provisioned_product
    raise not_found("Provisioned product", identifier)


def _refuse_stack_sets(params: Params) -> None:
    if params.get("ProvisioningPreferences"):
        raise invalid("ProvisioningPreferences are for StackSets, which the embedded AWS does not hold.")


def check_status(provisioned_product: ProvisionedProduct, statuses: tuple[str, ...]) -> None:
    """Raise InvalidParametersException unless the provisioned product has one of the statuses."""
    if provisioned_product.status not in statuses:
        name, status = provisioned_product.name, provisioned_product.status
        raise invalid(f"Provisioned product {name} is {status}; it must be {' or '.join(statuses)}.")


def launch_role(request: Request, path: LaunchPath) -> str:
    """Return the ARN of the role of the launch constraint, or ""."""
    return constraints.launch_role(request.store, path.portfolio.id, path.product.id, request.account)


def start_record(
    request: Request,
    provisioned_product: ProvisionedProduct,
    kind: str,
    version: Artifact | None,
    path: LaunchPath | None,
) -> Record:
    role = launch_role(request, path) if path else provisioned_product.launch_role
    record = Record(
        id=new_id("rec"),
        kind=kind,
        account=request.account,
        caller_arn=request.caller.arn,
        provisioned_product=provisioned_product.id,
        name=provisioned_product.name,
        product=path.product.id if path else provisioned_product.product,
        artifact=version.id if version else provisioned_product.artifact,
        path=path.id if path else provisioned_product.path,
        launch_role=role,
        tags=dict(provisioned_product.user_tags),
    )
    request.store.records[record.id] = record
    provisioned_product.last_record, provisioned_product.launch_role = record.id, role
    provisioned_product.status, provisioned_product.message = "UNDER_CHANGE", ""
    if version:
        provisioned_product.last_provisioning = record.id
    return record


def _start_task(task: ProvisioningTask, operation_name: str, arguments: dict[str, Any]) -> dict[str, Any]:
    task.record.status, task.record.updated = "IN_PROGRESS", now()
    response = {"RecordDetail": {**structure("RecordDetail", task.record), "Status": "CREATED"}}
    threading.Thread(target=run, args=(task, operation_name, arguments), daemon=True).start()
    return response


def stack_arguments(
    request: Request, path: LaunchPath, version: Artifact, params: Params, provisioned_product: ProvisionedProduct
) -> dict[str, Any]:
    rules = constraints.rules(request.store, path.portfolio.id, path.product.id)
    url = templates.presigned_url(request.region, version.id)
    if rules:
        body = templates.with_rules(version.body, rules)
        url = templates.store(request.region, f"{provisioned_product.id}-{version.id}", body)
    arguments: dict[str, Any] = {
        "TemplateURL": url,
        "Parameters": [_parameter(parameter) for parameter in params.get("ProvisioningParameters") or []],
        "Capabilities": ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
        "Tags": tag_list(provisioned_product.tags)
        + tag_list(_platform_tags(request, path, provisioned_product, version)),
    }
    if params.get("NotificationArns"):
        arguments["NotificationARNs"] = params["NotificationArns"]
    return arguments


def _parameter(parameter: dict[str, Any]) -> dict[str, Any]:
    if parameter.get("UsePreviousValue"):
        return {"ParameterKey": parameter["Key"], "UsePreviousValue": True}
    return {"ParameterKey": parameter["Key"], "ParameterValue": parameter.get("Value", "")}


def _platform_tags(
    request: Request, path: LaunchPath, provisioned_product: ProvisionedProduct, version: Artifact
) -> dict[str, str]:
    """Return the AutoTags of a stack; https://docs.aws.amazon.com/servicecatalog/latest/adminguide/autotags.html."""
    arn = f"arn:aws:catalog:{request.region}:{path.portfolio.account}"
    detail = structure("ProvisionedProductDetail", provisioned_product, region=request.region)
    return {
        "aws:servicecatalog:portfolioArn": f"{arn}:portfolio/{path.portfolio.id}",
        "aws:servicecatalog:productArn": f"{arn}:product/{path.product.id}",
        "aws:servicecatalog:provisioningPrincipalArn": provisioned_product.session_arn,
        "aws:servicecatalog:provisionedProductArn": detail["Arn"],
        "aws:servicecatalog:provisioningArtifactIdentifier": version.id,
    }
