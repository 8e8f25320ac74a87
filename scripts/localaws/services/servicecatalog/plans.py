"""Plans of provisioned products: the change set of a launch or an update, before it is executed.

https://docs.aws.amazon.com/servicecatalog/latest/dg/API_CreateProvisionedProductPlan.html
"""

import threading
from typing import Any

from botocore.exceptions import ClientError
from moto.core.exceptions import ServiceException

from scripts.localaws.services.servicecatalog import end_user, launches, provisioned, stack_worker
from scripts.localaws.services.servicecatalog.exceptions import wrong_state
from scripts.localaws.services.servicecatalog.models import (
    Params,
    Plan,
    ProvisionedProduct,
    new_id,
    now,
    owned,
    tag_dict,
    where,
)
from scripts.localaws.services.servicecatalog.operations import Request, operation
from scripts.localaws.services.servicecatalog.serialization import structure
from scripts.localaws.services.servicecatalog.stack_worker import ProvisioningTask


@operation("CreateProvisionedProductPlan", idempotency_key="IdempotencyToken")
def create(request: Request, params: Params) -> dict[str, Any]:
    """Create the plan of a new provisioned product, or of one that is AVAILABLE or TAINTED."""
    product = _provisioned_product(request, params["ProvisionedProductName"])
    complete = launches.with_defaults(params, product) if product else params
    path = end_user.choose_path(request, complete)
    version = end_user.choose_version(path.product, complete)
    is_new = product is None
    if product:
        launches.update_tags(request, path, product, tag_dict(params))
    else:
        launches.refuse_deprecated(version)
        product = launches.new_provisioned_product(request, params, path, version)
        product.status = "PLAN_IN_PROGRESS"
        request.store.provisioned_products[product.id] = product
    plan = Plan(new_id("plan"), params["PlanName"], request.account, product, version, path, params, is_new)
    plan.caller_arn, plan.role_arn = request.caller.arn, request.caller.role_arn or request.caller.arn
    request.store.plans[plan.id] = plan
    arguments = launches.stack_arguments(request, path, version, params, product)
    threading.Thread(target=_create_change_set, args=(request, plan, arguments), daemon=True).start()
    names = {"PlanName": plan.name, "PlanId": plan.id, "ProvisionProductId": product.id}
    return {**names, "ProvisionedProductName": product.name, "ProvisioningArtifactId": version.id}


def _provisioned_product(request: Request, name: str) -> ProvisionedProduct | None:
    """Return the caller's provisioned product; InvalidStateException if it has a plan or changes."""
    for product in where(request.store.provisioned_products, account=request.account, name=name):
        plans = where(request.store.plans, provisioned_product=product)
        if any(not plan.status.startswith("EXECUTE") for plan in plans):
            raise wrong_state(f"Provisioned product {name} has a plan already.")
        launches.check_status(product, ("AVAILABLE", "TAINTED"))
        return product
    return None


def _create_change_set(request: Request, plan: Plan, arguments: dict[str, Any]) -> None:
    """Create the change set with the launch role and read its changes, as the body of a thread."""
    product = plan.provisioned_product
    try:
        cloudformation = _cloudformation(request, plan)
        response = cloudformation.create_change_set(
            StackName=product.stack or stack_worker.stack_name(product),
            ChangeSetName=plan.id,
            ChangeSetType="CREATE" if plan.is_new else "UPDATE",
            **arguments,
        )
        plan.change_set, product.stack = response["Id"], response["StackId"]
        description = cloudformation.describe_change_set(ChangeSetName=plan.change_set)
        plan.changes = [change["ResourceChange"] for change in description["Changes"]]
        plan.message = description.get("StatusReason", "")
    except (ClientError, ServiceException) as error:
        plan.message = stack_worker.error_message(error)
    plan.status, plan.updated = "CREATE_FAILED" if plan.message else "CREATE_SUCCESS", now()


def _cloudformation(request: Request, plan: Plan) -> Any:
    role = launches.launch_role(request, plan.path)
    return stack_worker.cloudformation_client(request, plan.provisioned_product, role)


def _own_plan(request: Request, params: Params) -> Plan:
    return owned(request.store.plans, "Plan", request.account, params["PlanId"])


@operation("DescribeProvisionedProductPlan", list_key="ResourceChanges")
def describe(request: Request, params: Params) -> dict[str, Any]:
    """Return a plan with its changes."""
    plan = _own_plan(request, params)
    ids = {"path_id": plan.path.id, "product_id": plan.path.product.id}
    details = {**_summary(plan), **structure("ProvisionedProductPlanDetails", plan, **ids)}
    return {"ProvisionedProductPlanDetails": details, "ResourceChanges": [_change(change) for change in plan.changes]}


def _summary(plan: Plan) -> dict[str, Any]:
    product = plan.provisioned_product
    names = {"PlanName": plan.name, "PlanId": plan.id, "PlanType": "CLOUDFORMATION"}
    ids = {"ProvisionProductId": product.id, "ProvisionProductName": product.name}
    return {**names, **ids, "ProvisioningArtifactId": plan.version.id}


def _change(change: dict[str, Any]) -> dict[str, Any]:
    """Return a ResourceChange: as CloudFormation has it, with constants in upper case."""
    names = ("LogicalResourceId", "PhysicalResourceId", "ResourceType")
    members = {name: change[name] for name in names if name in change}
    constants = {name: change[name].upper() for name in ("Action", "Replacement") if name in change}
    scope = [name.upper() for name in change["Scope"]]
    return {**members, **constants, "Scope": scope, "Details": [_detail(detail) for detail in change["Details"]]}


def _detail(detail: dict[str, Any]) -> dict[str, Any]:
    target = {name: value if name == "Name" else value.upper() for name, value in detail["Target"].items()}
    cause = {"CausingEntity": detail["CausingEntity"]} if "CausingEntity" in detail else {}
    return {"Target": target, "Evaluation": detail["Evaluation"].upper(), **cause}


@operation("ListProvisionedProductPlans", list_key="ProvisionedProductPlans")
def list_plans(request: Request, params: Params) -> dict[str, Any]:
    """Return the plans of the access level, of one provisioned product or of all."""
    plans = where(request.store.plans, account=request.account)
    identifier = params.get("ProvisionProductId")
    matches = [
        plan
        for plan in plans
        if identifier in (None, plan.provisioned_product.id)
        and provisioned.matches_access_level(request, params, plan.role_arn, plan.caller_arn)
    ]
    return {"ProvisionedProductPlans": [_summary(plan) for plan in matches]}


@operation("ExecuteProvisionedProductPlan", idempotency_key="IdempotencyToken")
def execute(request: Request, params: Params) -> dict[str, Any]:
    """Execute the change set of a plan."""
    plan = _own_plan(request, params)
    if plan.status != "CREATE_SUCCESS":
        raise wrong_state(f"Plan {plan.id} is {plan.status}; it must be CREATE_SUCCESS.")
    kind = "PROVISION_PRODUCT" if plan.is_new else "UPDATE_PROVISIONED_PRODUCT"
    record = launches.start_record(request, plan.provisioned_product, kind, plan.version, plan.path)
    record.status, plan.status = "IN_PROGRESS", "EXECUTE_IN_PROGRESS"
    task = ProvisioningTask(request, plan.provisioned_product, record, plan.version)
    threading.Thread(target=_execute, args=(plan, task), daemon=True).start()
    return {"RecordDetail": {**structure("RecordDetail", record), "Status": "CREATED"}}


def _execute(plan: Plan, task: ProvisioningTask) -> None:
    stack_worker.run(task, "execute_change_set", {"ChangeSetName": plan.change_set})
    plan.status, plan.updated = f"EXECUTE_{'SUCCESS' if task.record.status == 'SUCCEEDED' else 'FAILED'}", now()


@operation("DeleteProvisionedProductPlan")
def delete(request: Request, params: Params) -> dict[str, Any]:
    """Delete a plan with its change set, and the stack and the provisioned product that exist for it alone."""
    plan = _own_plan(request, params)
    product = plan.provisioned_product
    if plan.status.endswith("_IN_PROGRESS"):
        raise wrong_state(f"Plan {plan.id} is {plan.status}; it cannot be deleted.")
    try:
        cloudformation = _cloudformation(request, plan)
        if plan.change_set and not plan.status.startswith("EXECUTE"):
            cloudformation.delete_change_set(ChangeSetName=plan.change_set)
        if product.status == "PLAN_IN_PROGRESS" and product.stack:
            cloudformation.delete_stack(StackName=product.stack)
    except ClientError as error:
        if not params.get("IgnoreErrors"):
            raise wrong_state(stack_worker.error_message(error)) from None
    if product.status == "PLAN_IN_PROGRESS":
        request.store.provisioned_products.pop(product.id, None)
    del request.store.plans[plan.id]
    return {}
