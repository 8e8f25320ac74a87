"""Projects, provisioned through Service Catalog or CloudFormation with the caller's rights; experiments, repositories.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateProject.html
"""

import secrets
import string
from collections.abc import Iterable, Mapping
from typing import Any

from botocore.exceptions import ClientError

from scripts.localaws.core import context
from scripts.localaws.crud.operations import OPERATIONS, OperationHandler, create, update
from scripts.localaws.crud.serialization import Record, tags_of
from scripts.localaws.crud.store import Store
from scripts.localaws.services.sagemaker.components import validation_error

_DETAILS, _PROVISIONED = "ServiceCatalogProvisioningDetails", "ServiceCatalogProvisionedProductDetails"
_ID_CHARACTERS = string.ascii_lowercase + string.digits


def _call(service: str, store: Store, operation: str, **arguments: Any) -> Any:
    """Call another service as SageMaker's caller; its error becomes SageMaker's ValidationException."""
    try:
        return getattr(context.client(service, store.region, context.current_caller()), operation)(**arguments)
    except ClientError as error:
        raise validation_error(error.response["Error"]["Message"]) from None


def _create(store: Store, params: Record, output: Any) -> Record:
    """Provision the product or the stack, then store the project. An error leaves nothing behind."""
    name = params["ProjectName"]
    _refresh(store)
    if store.find(store.resources["Project"], ProjectName=name):
        raise validation_error(f"Project with name {name} already exists.")
    if bool(params.get(_DETAILS)) == bool(params.get("TemplateProviders")):
        raise validation_error("Exactly one of ServiceCatalogProvisioningDetails and TemplateProviders must be given.")
    id = "p-" + "".join(secrets.choice(_ID_CHARACTERS) for _ in range(12))
    provision = _provision_product if params.get(_DETAILS) else _create_stack
    values = {**params, "ProjectId": id, "CreatedBy": {}}
    response = create(store, store.resources["Project"], {**values, **provision(store, values)}, output)
    store.get(store.resources["Project"], params)["@operation"] = "Create"
    return response


def _project_parameters(values: Record) -> dict[str, str]:
    """The two template parameters that SageMaker sets."""
    return {"SageMakerProjectName": values["ProjectName"], "SageMakerProjectId": values["ProjectId"]}


def _tags(values: Record) -> list[dict[str, str]]:
    """The project's own tags and the two that SageMaker adds."""
    project = {"sagemaker:project-name": values["ProjectName"], "sagemaker:project-id": values["ProjectId"]}
    return [{"Key": key, "Value": value} for key, value in {**tags_of(values.get("Tags")), **project}.items()]


def _provision_product(store: Store, values: Record) -> Record:
    details = values[_DETAILS]
    product = _call("servicecatalog", store, "describe_product", Id=details["ProductId"])
    versions = reversed(product["ProvisioningArtifacts"])  # of versions of the same second the last is the newest
    newest = max(versions, key=lambda version: version["CreatedTime"])["Id"]
    version = details.get("ProvisioningArtifactId", newest)
    parameters = _by_key(details.get("ProvisioningParameters", ())) | _project_parameters(values)
    record = _call(
        "servicecatalog",
        store,
        "provision_product",
        ProductId=details["ProductId"],
        ProvisioningArtifactId=version,
        **({"PathId": details["PathId"]} if "PathId" in details else {}),
        ProvisionedProductName=f"{values['ProjectName']}-{values['ProjectId']}",
        ProvisioningParameters=[{"Key": key, "Value": value} for key, value in parameters.items()],
        Tags=_tags(values),
    )["RecordDetail"]
    return {
        _DETAILS: {**details, "ProvisioningArtifactId": version},
        _PROVISIONED: {"ProvisionedProductId": record["ProvisionedProductId"]},
    }


def _by_key(parameters: Iterable[Mapping[str, str]]) -> dict[str, str]:
    return {parameter["Key"]: parameter["Value"] for parameter in parameters}


def _create_stack(store: Store, values: Record) -> Record:
    """Launch one template from a bucket with the caller's rights, or with those of a role that the caller passes."""
    if len(values["TemplateProviders"]) != 1 or "CfnTemplateProvider" not in values["TemplateProviders"][0]:
        raise validation_error("the embedded AWS takes one CfnTemplateProvider; see SUPPORTED.md")
    provider = values["TemplateProviders"][0]["CfnTemplateProvider"]
    stack = _call(
        "cloudformation",
        store,
        "create_stack",
        StackName=f"sagemaker-{values['ProjectId']}-{provider['TemplateName']}",
        TemplateURL=provider["TemplateURL"],
        Parameters=_stack_parameters(_by_key(provider.get("Parameters", ())) | _project_parameters(values)),
        Capabilities=["CAPABILITY_NAMED_IAM"],
        Tags=_tags(values),
        **({"RoleARN": provider["RoleARN"]} if "RoleARN" in provider else {}),
    )["StackId"]
    detail = {**provider, "StackDetail": {"Id": stack, "Name": stack.split("/")[1], "StatusMessage": ""}}
    return {"TemplateProviderDetails": [{"CfnTemplateProviderDetail": detail}]}


def _update_stack(store: Store, record: Record, providers: list[Record]) -> Record:
    """Update the stack with another template; parameters that are not given keep their values."""
    if _PROVISIONED in record:
        raise validation_error(f"Project {record['ProjectName']} was made of a product; it has no template of its own.")
    current = record["TemplateProviderDetails"][0]["CfnTemplateProviderDetail"]
    provider = providers[0].get("CfnTemplateProvider", {}) if len(providers) == 1 else {}
    if provider.get("TemplateName") != current["TemplateName"]:
        message = f"Project {record['ProjectName']} has one template, {current['TemplateName']}; name it."
        raise validation_error(message)
    parameters = _by_key(provider.get("Parameters", ())) | _project_parameters(record)
    previous = [item["Key"] for item in current.get("Parameters", ()) if item["Key"] not in parameters]
    _call(
        "cloudformation",
        store,
        "update_stack",
        StackName=_stack_id(record),
        TemplateURL=provider["TemplateURL"],
        Parameters=[
            *_stack_parameters(parameters),
            *({"ParameterKey": key, "UsePreviousValue": True} for key in previous),
        ],
        Capabilities=["CAPABILITY_NAMED_IAM"],
        **({"RoleARN": current["RoleARN"]} if "RoleARN" in current else {}),
    )
    detail = {**current, "TemplateURL": provider["TemplateURL"]}
    return {"TemplateProviderDetails": [{"CfnTemplateProviderDetail": detail}]}


def _stack_parameters(values: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"ParameterKey": key, "ParameterValue": value} for key, value in values.items()]


def _update(store: Store, params: Record, output: Any) -> Record:
    """Change the version or the parameters of the provisioned product, or the template of the stack."""
    record = _settled_project(store, params)
    if providers := params.pop("TemplateProvidersToUpdate", None):
        record.update(_update_stack(store, record, providers))
        record["@operation"] = "Update"
    if details := params.pop("ServiceCatalogProvisioningUpdateDetails", None):
        _update_product(store, record, details)
        record["@operation"] = "Update"
    return update(store, store.resources["Project"], params, output)


def _update_product(store: Store, record: Record, details: Record) -> None:
    parameters = [dict(parameter) for parameter in details.get("ProvisioningParameters", ())]
    project = _project_parameters(record)
    names = {parameter["Key"] for parameter in parameters} | project.keys()
    version = details.get("ProvisioningArtifactId", record[_DETAILS]["ProvisioningArtifactId"])
    _call(
        "servicecatalog",
        store,
        "update_provisioned_product",
        ProvisionedProductId=record[_PROVISIONED]["ProvisionedProductId"],
        ProvisioningArtifactId=version,
        ProvisioningParameters=[
            *parameters,
            *({"Key": key, "Value": value} for key, value in project.items()),
            *_previous_parameters(record, names),
        ],
    )
    record[_DETAILS] = {**record[_DETAILS], "ProvisioningArtifactId": version}


def _previous_parameters(record: Record, names: Iterable[str]) -> list[dict[str, Any]]:
    """Parameters of the creation that the update does not name keep their values."""
    created = record[_DETAILS].get("ProvisioningParameters", ())
    return [
        {"Key": parameter["Key"], "UsePreviousValue": True} for parameter in created if parameter["Key"] not in names
    ]


def _delete(store: Store, params: Record, _: Any) -> Record:
    record = _settled_project(store, params)
    if _PROVISIONED in record:
        product = record[_PROVISIONED]["ProvisionedProductId"]
        _call("servicecatalog", store, "terminate_provisioned_product", ProvisionedProductId=product)
    else:
        _call("cloudformation", store, "delete_stack", StackName=_stack_id(record))
    record["@operation"] = "Delete"
    return {}


def _settled_project(store: Store, params: Record) -> Record:
    """The project. Raises AwsError while an operation on it is in progress."""
    _refresh(store)
    record = store.get(store.resources["Project"], params)
    if record["ProjectStatus"].endswith("InProgress"):
        message = f"Project {record['ProjectName']} is {record['ProjectStatus']}; wait until that has ended."
        raise validation_error(message)
    return record


def _with_refresh(operation: str) -> OperationHandler:
    def run(store: Store, params: Record, output: Any) -> Record:
        _refresh(store)
        return OPERATIONS[operation](store, store.resources["Project"], params, output)

    return run


def _refresh(store: Store) -> None:
    """Update the status of every project from its product or stack; delete the project of a deleted one."""
    for record in store.find(store.resources["Project"]):
        state, message = _product_state(store, record) if _PROVISIONED in record else _stack_state(store, record)
        if state == "Deleted":
            store.delete(store.resources["Project"], record)
            continue
        record["ProjectStatus"] = f"{record['@operation']}{state}"
        if _PROVISIONED in record:
            record[_PROVISIONED] = {**record[_PROVISIONED], "ProvisionedProductStatusMessage": message}


def _product_state(store: Store, record: Record) -> tuple[str, str]:
    """State and message of the provisioned product, read without the caller's rights."""
    from scripts.localaws.services.servicecatalog import models

    product = models.store(store.region).provisioned_products.get(record[_PROVISIONED]["ProvisionedProductId"])
    if product is None:
        return "Deleted", ""
    return {"UNDER_CHANGE": "InProgress", "AVAILABLE": "Completed"}.get(product.status, "Failed"), product.message


def _stack_id(record: Record) -> str:
    return str(record["TemplateProviderDetails"][0]["CfnTemplateProviderDetail"]["StackDetail"]["Id"])


def _stack_state(store: Store, record: Record) -> tuple[str, str]:
    """State and message of the stack, read without the caller's rights: listing projects needs no access to stacks."""
    from scripts.localaws.services.cloudformation.models import STORES

    stack = STORES[store.account, store.region].find(_stack_id(record)).status
    if stack == "DELETE_COMPLETE":
        return "Deleted", ""
    if stack.endswith("IN_PROGRESS"):
        return "InProgress", ""
    return ("Completed" if stack in ("CREATE_COMPLETE", "UPDATE_COMPLETE") else "Failed"), stack


HANDLERS: dict[tuple[str, str], OperationHandler] = {
    ("sagemaker", "CreateProject"): _create,
    ("sagemaker", "DescribeProject"): _with_refresh("read"),
    ("sagemaker", "ListProjects"): _with_refresh("list"),
    ("sagemaker", "UpdateProject"): _update,
    ("sagemaker", "DeleteProject"): _delete,
}
