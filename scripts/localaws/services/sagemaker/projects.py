"""Projects, provisioned through Service Catalog or CloudFormation as whoever asks; experiments and code repositories.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateProject.html
"""

import secrets
import string
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from botocore.exceptions import ClientError

from scripts.localaws.core import context
from scripts.localaws.core.errors import AwsError
from scripts.localaws.crud.operations import NAMED
from scripts.localaws.crud.resource_spec import ResourceSpec
from scripts.localaws.crud.serialization import Record, tags_of
from scripts.localaws.crud.store import Store

Particular = Callable[[Store, Record, Any], Record]
_GROUP = "arn:aws:sagemaker:{region}:{account}:model-package-group/{ModelPackageGroupName}"
NOUNS = (
    ResourceSpec("Project", ("ProjectName",), "project/{ProjectName}", {"ProjectStatus": "Pending"}),
    ResourceSpec("Experiment", ("ExperimentName",), "experiment/{ExperimentName}"),
    ResourceSpec("CodeRepository", ("CodeRepositoryName",), "code-repository/{CodeRepositoryName}"),
    ResourceSpec(
        "ModelPackageGroupPolicy",
        ("ModelPackageGroupName",),
        born={"ModelPackageGroupArn": _GROUP},
        parent="ModelPackageGroup",
    ),
)
_DETAILS, _PROVISIONED = "ServiceCatalogProvisioningDetails", "ServiceCatalogProvisionedProductDetails"


def _refused(message: str) -> AwsError:
    return AwsError("ValidationException", message)


def _ask(service: str, at: Store, operation: str, **arguments: Any) -> Any:
    """Another service, as whoever asked SageMaker; its refusal is SageMaker's."""
    try:
        return getattr(context.client(service, at.region, context.current_caller()), operation)(**arguments)
    except ClientError as refused:
        raise _refused(refused.response["Error"]["Message"]) from None


def _create(at: Store, params: Record, output: Any) -> Record:
    """Refused before anything is made: a name that is taken, neither or both ways, a product that nobody sees."""
    name = params["ProjectName"]
    _refresh(at)
    if at.all(at.nouns["Project"], ProjectName=name):
        raise _refused(f"Project with name {name} already exists.")
    if bool(params.get(_DETAILS)) == bool(params.get("TemplateProviders")):
        raise _refused("Exactly one of ServiceCatalogProvisioningDetails and TemplateProviders must be given.")
    id = "p-" + "".join(secrets.choice(string.ascii_lowercase + string.digits) for _ in range(12))
    begin = _provision if params.get(_DETAILS) else _stack
    values = {**params, "ProjectId": id, "CreatedBy": {}}
    told = NAMED["make"](at, at.nouns["Project"], {**values, **begin(at, values)}, output)
    at.get(at.nouns["Project"], params)["@does"] = "Create"
    return told


def _own(values: Record) -> dict[str, str]:
    """The two parameters that SageMaker fills in."""
    return {"SageMakerProjectName": values["ProjectName"], "SageMakerProjectId": values["ProjectId"]}


def _tags(values: Record) -> list[dict[str, str]]:
    """What is provisioned carries the project's name and id beside the project's own tags."""
    marks = {"sagemaker:project-name": values["ProjectName"], "sagemaker:project-id": values["ProjectId"]}
    return [{"Key": key, "Value": value} for key, value in {**tags_of(values.get("Tags")), **marks}.items()]


def _provision(at: Store, values: Record) -> Record:
    asked = values[_DETAILS]
    product = _ask("servicecatalog", at, "describe_product", Id=asked["ProductId"])
    made = reversed(product["ProvisioningArtifacts"])  # of those of one second the last is the newest
    newest = max(made, key=lambda it: it["CreatedTime"])["Id"]
    version = asked.get("ProvisioningArtifactId", newest)
    given = {it["Key"]: it["Value"] for it in asked.get("ProvisioningParameters", ())} | _own(values)
    done = _ask(
        "servicecatalog",
        at,
        "provision_product",
        ProductId=asked["ProductId"],
        ProvisioningArtifactId=version,
        **({"PathId": asked["PathId"]} if "PathId" in asked else {}),
        ProvisionedProductName=f"{values['ProjectName']}-{values['ProjectId']}",
        ProvisioningParameters=[{"Key": key, "Value": value} for key, value in given.items()],
        Tags=_tags(values),
    )["RecordDetail"]
    kept = {**asked, "ProvisioningArtifactId": version}
    return {_DETAILS: kept, _PROVISIONED: {"ProvisionedProductId": done["ProvisionedProductId"]}}


def _stack(at: Store, values: Record) -> Record:
    """One template in a bucket, launched with the caller's rights or those of a role that the caller passes."""
    if len(values["TemplateProviders"]) != 1 or "CfnTemplateProvider" not in values["TemplateProviders"][0]:
        raise _refused("the embedded AWS takes one CfnTemplateProvider; see SUPPORTED.md")
    given = values["TemplateProviders"][0]["CfnTemplateProvider"]
    wanted = {it["Key"]: it["Value"] for it in given.get("Parameters", ())} | _own(values)
    stack = _ask(
        "cloudformation",
        at,
        "create_stack",
        StackName=f"sagemaker-{values['ProjectId']}-{given['TemplateName']}",
        TemplateURL=given["TemplateURL"],
        Parameters=_parameters(wanted),
        Capabilities=["CAPABILITY_NAMED_IAM"],
        Tags=_tags(values),
        **({"RoleARN": given["RoleARN"]} if "RoleARN" in given else {}),
    )["StackId"]
    detail = {**given, "StackDetail": {"Id": stack, "Name": stack.split("/")[1], "StatusMessage": ""}}
    return {"TemplateProviderDetails": [{"CfnTemplateProviderDetail": detail}]}


def _restack(at: Store, record: Record, providers: list[Record]) -> Record:
    """The stack of the same name with another template; parameters that are not given again stay."""
    if _PROVISIONED in record:
        raise _refused(f"Project {record['ProjectName']} was made of a product; it has no template of its own.")
    before = record["TemplateProviderDetails"][0]["CfnTemplateProviderDetail"]
    given = providers[0].get("CfnTemplateProvider", {}) if len(providers) == 1 else {}
    if given.get("TemplateName") != before["TemplateName"]:
        raise _refused(f"Project {record['ProjectName']} has one template, {before['TemplateName']}; name it.")
    wanted = {it["Key"]: it["Value"] for it in given.get("Parameters", ())} | _own(record)
    kept = [it["Key"] for it in before.get("Parameters", ()) if it["Key"] not in wanted]
    _ask(
        "cloudformation",
        at,
        "update_stack",
        StackName=_stack_of(record),
        TemplateURL=given["TemplateURL"],
        Parameters=[*_parameters(wanted), *({"ParameterKey": key, "UsePreviousValue": True} for key in kept)],
        Capabilities=["CAPABILITY_NAMED_IAM"],
        **({"RoleARN": before["RoleARN"]} if "RoleARN" in before else {}),
    )
    return {"TemplateProviderDetails": [{"CfnTemplateProviderDetail": {**before, "TemplateURL": given["TemplateURL"]}}]}


def _parameters(values: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"ParameterKey": key, "ParameterValue": value} for key, value in values.items()]


def _update(at: Store, params: Record, output: Any) -> Record:
    """Another version or other parameters of the provisioned product, or of the stack."""
    record = _ready(at, params)
    if providers := params.pop("TemplateProvidersToUpdate", None):
        record.update(_restack(at, record, providers))
        record["@does"] = "Update"
    if asked := params.pop("ServiceCatalogProvisioningUpdateDetails", None):
        given = [dict(it) for it in asked.get("ProvisioningParameters", ())]
        named = {it["Key"] for it in given} | _own(record).keys()
        own = [{"Key": key, "Value": value} for key, value in _own(record).items()]
        _ask(
            "servicecatalog",
            at,
            "update_provisioned_product",
            ProvisionedProductId=record[_PROVISIONED]["ProvisionedProductId"],
            ProvisioningArtifactId=asked.get("ProvisioningArtifactId", record[_DETAILS]["ProvisioningArtifactId"]),
            ProvisioningParameters=[*given, *own, *_kept(record, named)],
        )
        version = (
            {"ProvisioningArtifactId": asked["ProvisioningArtifactId"]} if "ProvisioningArtifactId" in asked else {}
        )
        record[_DETAILS] = {**record[_DETAILS], **version}
        record["@does"] = "Update"
    return NAMED["change"](at, at.nouns["Project"], params, output)


def _kept(record: Record, named: Iterable[str]) -> list[dict[str, Any]]:
    """Parameters that were given at the creation and are not given again stay."""
    first = record[_DETAILS].get("ProvisioningParameters", ())
    return [{"Key": it["Key"], "UsePreviousValue": True} for it in first if it["Key"] not in named]


def _delete(at: Store, params: Record, _: Any) -> Record:
    record = _ready(at, params)
    if _PROVISIONED in record:
        product = record[_PROVISIONED]["ProvisionedProductId"]
        _ask("servicecatalog", at, "terminate_provisioned_product", ProvisionedProductId=product)
    else:
        _ask("cloudformation", at, "delete_stack", StackName=_stack_of(record))
    record["@does"] = "Delete"
    return {}


def _ready(at: Store, params: Record) -> Record:
    _refresh(at)
    record = at.get(at.nouns["Project"], params)
    if record["ProjectStatus"].endswith("InProgress"):
        raise _refused(f"Project {record['ProjectName']} is {record['ProjectStatus']}; wait until that has ended.")
    return record


def _refreshed(verb: str) -> Particular:
    def act(at: Store, params: Record, output: Any) -> Record:
        _refresh(at)
        return NAMED[verb](at, at.nouns["Project"], params, output)

    return act


def _refresh(at: Store) -> None:
    """Every project as far as what is provisioned for it has come; a deleted one goes with it."""
    for record in at.all(at.nouns["Project"]):
        state, message = _product_state(at, record) if _PROVISIONED in record else _stack_state(at, record)
        if state == "gone":
            at.remove(at.nouns["Project"], record)
            continue
        record["ProjectStatus"] = f"{record['@does']}{state}"
        if _PROVISIONED in record:
            record[_PROVISIONED] = {**record[_PROVISIONED], "ProvisionedProductStatusMessage": message}


def _product_state(at: Store, record: Record) -> tuple[str, str]:
    from scripts.localaws.services.servicecatalog.models import store  # Service Catalog loads its own models late

    it = store(at.region).provisioned_products.get(record[_PROVISIONED]["ProvisionedProductId"])
    if it is None:
        return "gone", ""
    return {"UNDER_CHANGE": "InProgress", "AVAILABLE": "Completed"}.get(it.status, "Failed"), it.message


def _stack_of(record: Record) -> str:
    return str(record["TemplateProviderDetails"][0]["CfnTemplateProviderDetail"]["StackDetail"]["Id"])


def _stack_state(at: Store, record: Record) -> tuple[str, str]:
    """Looked up, not asked: whoever lists projects need not be allowed to see the stacks of other people's."""
    from scripts.localaws.services.cloudformation.models import STORES  # CloudFormation calls SageMaker in its turn

    stack = STORES[at.account, at.region].find(_stack_of(record)).status
    if stack == "DELETE_COMPLETE":
        return "gone", ""
    if stack.endswith("IN_PROGRESS"):
        return "InProgress", ""
    return ("Completed" if stack in ("CREATE_COMPLETE", "UPDATE_COMPLETE") else "Failed"), stack


PARTICULAR: dict[tuple[str, str], Particular] = {
    ("sagemaker", "CreateProject"): _create,
    ("sagemaker", "DescribeProject"): _refreshed("show"),
    ("sagemaker", "ListProjects"): _refreshed("list"),
    ("sagemaker", "UpdateProject"): _update,
    ("sagemaker", "DeleteProject"): _delete,
}
