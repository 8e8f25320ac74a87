"""Launch, upgrade, terminate: each makes a record and works in the background on a CloudFormation stack.

https://docs.aws.amazon.com/servicecatalog/latest/dg/API_ProvisionProduct.html
"""

import threading
from typing import Any

from scripts.localaws.services.servicecatalog import constraints, end_user, serialization, tag_options, templates
from scripts.localaws.services.servicecatalog.access import Path
from scripts.localaws.services.servicecatalog.exceptions import invalid, not_found
from scripts.localaws.services.servicecatalog.models import (
    Artifact,
    Params,
    Provisioned,
    Record,
    new_id,
    now,
    tag_dict,
    tag_list,
)
from scripts.localaws.services.servicecatalog.operations import Request, operation
from scripts.localaws.services.servicecatalog.stack_worker import Work, run


@operation("ProvisionProduct", once="ProvisionToken")
def provision(request: Request, params: Params) -> dict[str, Any]:
    """A new provisioned product. Retired versions (inactive or DEPRECATED) are refused."""
    _plain(params)
    way = end_user.choose_path(request, params)
    version = end_user.choose_version(way.product, params)
    if version.guidance == "DEPRECATED":
        raise invalid(f"Version {version.name} is deprecated and cannot be launched.")
    name = params["ProvisionedProductName"]
    if any((it.account, it.name) == (request.account, name) for it in request.store.provisioned.values()):
        raise invalid(f"A stack named {name} already exists.")
    it = _new(request, params, way, version)
    request.store.provisioned[it.id] = it
    work = Work(request, it, _record(request, it, "PROVISION_PRODUCT", version, way), version)
    return _begin(work, "create_stack", _stack_arguments(request, way, version, params, it))


def _new(request: Request, params: Params, way: Path, version: Artifact) -> Provisioned:
    who = request.caller
    return Provisioned(
        id=new_id("pp"),
        account=request.account,
        name=params["ProvisionedProductName"],
        product=way.product.id,
        artifact=version.id,
        path=way.id,
        caller_arn=who.role_arn or who.arn,
        session_arn=who.arn,
        token=params.get("ProvisionToken", ""),
        given=tag_dict(params),
        tags=tag_options.choose(request.store, way, tag_dict(params)),
    )


@operation("UpdateProvisionedProduct", once="UpdateToken")
def update(request: Request, params: Params) -> dict[str, Any]:
    """Another version or other parameters, in place. Deprecated versions are good for that, inactive ones are not."""
    _plain(params)
    it = owned(request, params)
    _ready(it, ("AVAILABLE", "TAINTED"))
    named = _filled(params, it)
    way = end_user.choose_path(request, named)
    version = end_user.choose_version(way.product, named)
    given = tag_dict(params)
    if not given.items() <= it.given.items():
        it.tags |= _new_tags(request, way, it, given)
        it.given |= given
    work = Work(request, it, _record(request, it, "UPDATE_PROVISIONED_PRODUCT", version, way), version)
    return _begin(work, "update_stack", _stack_arguments(request, way, version, params, it))


def _filled(params: Params, it: Provisioned) -> Params:
    """The request, with what it leaves out as it is now."""
    held = {"ProvisioningArtifact": it.artifact, "Product": it.product}
    if params.get("ProductId", it.product) == it.product and not params.get("ProductName"):
        held["Path"] = it.path
    left_out = {key: value for key, value in held.items() if not (params.get(f"{key}Id") or params.get(f"{key}Name"))}
    return params | {f"{key}Id": value for key, value in left_out.items()}


def _new_tags(request: Request, way: Path, it: Provisioned, given: dict[str, str]) -> dict[str, str]:
    if not constraints.tags_may_change(request.store, way.portfolio.id, way.product.id):
        raise invalid("Tags change only where a RESOURCE_UPDATE constraint allows it.")
    return tag_options.choose(request.store, way, {**it.tags, **given})


@operation("TerminateProvisionedProduct", once="TerminateToken")
def terminate(request: Request, params: Params) -> dict[str, Any]:
    """Deletes the stack; IgnoreErrors forgets the provisioned product and leaves what is left of the stack."""
    if params.get("RetainPhysicalResources"):
        raise invalid("The embedded AWS does not hold RetainPhysicalResources.")
    it = owned(request, params)
    _ready(it, ("AVAILABLE", "TAINTED", "ERROR"))
    record = _record(request, it, "TERMINATE_PROVISIONED_PRODUCT", None, None)
    return _begin(Work(request, it, record, None, bool(params.get("IgnoreErrors"))), "delete_stack", {})


def owned(
    request: Request, params: Params, id_key: str = "ProvisionedProductId", name_key: str = "ProvisionedProductName"
) -> Provisioned:
    """A provisioned product of the caller's account by id, name or ARN."""
    wanted = params.get(id_key) or str(params.get(name_key, "")).rsplit("/", 1)[-1]
    for it in request.store.provisioned.values():
        if it.account == request.account and wanted in (it.id, it.name):
            return it
    raise not_found("Provisioned product", wanted)


def _plain(params: Params) -> None:
    if params.get("ProvisioningPreferences"):
        raise invalid("ProvisioningPreferences are for StackSets, which the embedded AWS does not hold.")


def _ready(it: Provisioned, states: tuple[str, ...]) -> None:
    if it.status not in states:
        raise invalid(f"Provisioned product {it.name} is {it.status}; it must be {' or '.join(states)}.")


def _record(request: Request, it: Provisioned, kind: str, version: Artifact | None, way: Path | None) -> Record:
    artifact, path = version.id if version else it.artifact, way.id if way else it.path
    role = it.launch_role
    if way:
        role = constraints.launch_role(request.store, way.portfolio.id, way.product.id, request.account)
    names = it.id, it.name, way.product.id if way else it.product, artifact, path, role
    record = Record(new_id("rec"), kind, request.account, request.caller.arn, *names, dict(it.given))
    request.store.records[record.id] = record
    it.last_record, it.status, it.message, it.launch_role = record.id, "UNDER_CHANGE", "", role
    if version:
        it.last_provisioning = record.id
    return record


def _begin(work: Work, operation_name: str, arguments: dict[str, Any]) -> dict[str, Any]:
    work.record.status, work.record.updated = "IN_PROGRESS", now()
    answer = {"RecordDetail": {**serialization.record(work.record), "Status": "CREATED"}}
    threading.Thread(target=run, args=(work, operation_name, arguments), daemon=True).start()
    return answer


def _stack_arguments(request: Request, way: Path, version: Artifact, params: Params, it: Provisioned) -> dict[str, Any]:
    rules = constraints.rules(request.store, way.portfolio.id, way.product.id)
    url = templates.address(request.region, version.id)
    if rules:
        url = templates.keep_as(request.region, f"{it.id}-{version.id}", templates.with_rules(version.body, rules))
    arguments: dict[str, Any] = {
        "TemplateURL": url,
        "Parameters": [_parameter(given) for given in params.get("ProvisioningParameters") or []],
        "Capabilities": ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
        "Tags": tag_list(it.tags) + tag_list(_platform_tags(request, way, it, version)),
    }
    if params.get("NotificationArns"):
        arguments["NotificationARNs"] = params["NotificationArns"]
    return arguments


def _parameter(given: dict[str, Any]) -> dict[str, Any]:
    if given.get("UsePreviousValue"):
        return {"ParameterKey": given["Key"], "UsePreviousValue": True}
    return {"ParameterKey": given["Key"], "ParameterValue": given.get("Value", "")}


def _platform_tags(request: Request, way: Path, it: Provisioned, version: Artifact) -> dict[str, str]:
    """AWS adds these to every stack; https://docs.aws.amazon.com/servicecatalog/latest/adminguide/autotags.html."""
    arn = f"arn:aws:catalog:{request.region}:{way.portfolio.account}"
    return {
        "aws:servicecatalog:portfolioArn": f"{arn}:portfolio/{way.portfolio.id}",
        "aws:servicecatalog:productArn": f"{arn}:product/{way.product.id}",
        "aws:servicecatalog:provisioningPrincipalArn": it.session_arn,
        "aws:servicecatalog:provisionedProductArn": serialization.provisioned(it, request.region)["Arn"],
        "aws:servicecatalog:provisioningArtifactIdentifier": version.id,
    }
