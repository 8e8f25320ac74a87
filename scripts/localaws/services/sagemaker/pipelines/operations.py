"""The operations on pipelines and their executions.

https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_StartPipelineExecution.html
"""

import json
import secrets
import string
from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import ClientError

from scripts.localaws.core import clock, context
from scripts.localaws.core.errors import AwsError
from scripts.localaws.crud.operations import OPERATIONS, OperationHandler, list_
from scripts.localaws.crud.serialization import Record, trim
from scripts.localaws.crud.store import Store
from scripts.localaws.services.sagemaker.components import validation_error
from scripts.localaws.services.sagemaker.pipelines.definition import Definition, parse
from scripts.localaws.services.sagemaker.pipelines.execution import EXECUTIONS, Execution

_ID = string.ascii_lowercase + string.digits
_UNSUPPORTED = ("SelectiveExecutionConfig", "PipelineVersionId", "PipelineVersionAlias", "MlflowExperimentName")
_LOCATION = "PipelineDefinitionS3Location"


def _write(operation: str) -> OperationHandler:
    """A definition is validated; one in S3 is read with the caller's rights."""

    def write(store: Store, params: Record, output: Any) -> Record:
        location = params.pop(_LOCATION, None)
        if bool(location) and "PipelineDefinition" in params:
            raise validation_error(f"Exactly one of PipelineDefinition and {_LOCATION} must be given.")
        if location:
            params["PipelineDefinition"] = _definition_in_s3(store, location)
        if "PipelineDefinition" in params:
            parse(params["PipelineDefinition"])
        elif operation == "create":
            raise validation_error("Unable to parse pipeline definition. The request has none.")
        return OPERATIONS[operation](store, store.resources["Pipeline"], params, output)

    return write


def _definition_in_s3(store: Store, location: Record) -> str:
    s3 = context.client("s3", store.region, context.current_caller())
    version = {"VersionId": location["VersionId"]} if "VersionId" in location else {}
    try:
        answer = s3.get_object(Bucket=location["Bucket"], Key=location["ObjectKey"], **version)
        return str(answer["Body"].read().decode())
    except (ClientError, UnicodeDecodeError) as error:
        message = f"s3://{location['Bucket']}/{location['ObjectKey']}: {error}"
        raise validation_error(f"Unable to parse pipeline definition. {message}") from None


def _start(store: Store, params: Record, _: Any) -> Record:
    """Start an execution; a request with the token of an earlier one starts nothing."""
    if unsupported := [name for name in _UNSUPPORTED if name in params]:
        raise validation_error(f"the embedded AWS does not take {', '.join(unsupported)}; see SUPPORTED.md")
    pipeline = store.get(store.resources["Pipeline"], {"PipelineName": _name(params["PipelineName"])})
    spec, token = store.resources["PipelineExecution"], params.get("ClientRequestToken")
    for record in store.find(spec, PipelineName=pipeline["PipelineName"]):
        if token and record.get("ClientRequestToken") == token:
            return {"PipelineExecutionArn": record["@arn"]}
    definition = parse(pipeline["PipelineDefinition"])
    parameters = params.pop("PipelineParameters", None) or []
    values = _parameters(definition, {item["Name"]: item["Value"] for item in parameters})
    default = {
        "PipelineExecutionDisplayName": f"execution-{int(clock.now().timestamp() * 1000)}",
        "RoleArn": pipeline["RoleArn"],
    }
    members = {
        **default,
        "ParallelismConfiguration": pipeline.get("ParallelismConfiguration"),
        **params,
        "PipelineName": pipeline["PipelineName"],
        "PipelineExecutionId": "".join(secrets.choice(_ID) for _ in range(12)),
        "PipelineArn": pipeline["@arn"],
        "PipelineDefinition": pipeline["PipelineDefinition"],
        "PipelineParameters": parameters,
    }
    record = store.create(spec, members)
    record["StartTime"] = pipeline["LastRunTime"] = record["@created"]
    Execution(store, record, definition, values, pipeline).start()
    return {"PipelineExecutionArn": record["@arn"]}


def _name(name_or_arn: str) -> str:
    return name_or_arn.rpartition("/")[2]


def _parameters(definition: Definition, texts: Mapping[str, str]) -> dict[str, Any]:
    """The value of every declared parameter. Raises AwsError for an unknown, missing or wrong one."""
    if unknown := sorted(texts.keys() - definition.parameters.keys()):
        raise validation_error(f"Pipeline parameters {unknown} are not declared in the pipeline's definition.")
    values = {}
    for name, item in definition.parameters.items():
        if name in texts:
            values[name] = _value(item, texts[name])
        elif "DefaultValue" in item:
            values[name] = item["DefaultValue"]
        else:
            raise validation_error(f"Pipeline parameter [{name}] has neither a value nor a default.")
    return values


def _value(item: Mapping[str, Any], text: str) -> Any:
    """A text as a value of the parameter's type."""
    try:
        value = _CONVERSIONS[item["Type"]](text)
    except (ValueError, KeyError):
        raise validation_error(f"Pipeline parameter [{item['Name']}] is no {item['Type']}: '{text}'.") from None
    if "EnumValues" in item and value not in item["EnumValues"]:
        raise validation_error(f"Pipeline parameter [{item['Name']}] must be one of {item['EnumValues']}.")
    return value


_CONVERSIONS: Mapping[str, Callable[[str], Any]] = {
    "String": str,
    "Integer": int,
    "Float": float,
    "Boolean": {"true": True, "false": False}.__getitem__,
}


def _execution(store: Store, params: Record) -> Execution:
    arn = params["PipelineExecutionArn"]
    record = store.get(store.resources["PipelineExecution"], {"PipelineExecutionArn": arn})
    return EXECUTIONS[record["@arn"]]


def _stop(store: Store, params: Record, _: Any) -> Record:
    execution = _execution(store, params)
    if execution.record["PipelineExecutionStatus"] != "Executing":
        raise _conflict(f"Pipeline execution with ARN {execution.arn} has already completed.")
    execution.stop()
    return {"PipelineExecutionArn": execution.arn}


def _retry(store: Store, params: Record, _: Any) -> Record:
    """Execute the steps that have not succeeded; not after a Fail step.

    https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-steps.html#step-type-fail
    """
    execution = _execution(store, params)
    if execution.record["PipelineExecutionStatus"] not in ("Failed", "Stopped"):
        raise _conflict(f"Only a failed or stopped pipeline execution can be retried, not {execution.arn}.")
    if any(run.step.type == "Fail" for run in execution.runs.values()):
        raise validation_error(f"Pipeline execution {execution.arn} ended in a Fail step and cannot be retried.")
    if "ParallelismConfiguration" in params:
        execution.record["ParallelismConfiguration"] = params["ParallelismConfiguration"]
    execution.retry()
    return {"PipelineExecutionArn": execution.arn}


def _conflict(message: str) -> AwsError:
    return AwsError("ConflictException", message, 409)


def _list(store: Store, params: Record, output: Any) -> Record:
    """The newest first, unless the request says otherwise."""
    pipeline = store.get(store.resources["Pipeline"], {"PipelineName": _name(params["PipelineName"])})
    order = {"SortBy": "CreationTime", "SortOrder": "Descending"}
    query = {**order, **params, "PipelineName": pipeline["PipelineName"]}
    return list_(store, store.resources["PipelineExecution"], query, output)


def _list_steps(store: Store, params: Record, output: Any) -> Record:
    """The steps that were started, the last first unless the request says otherwise."""
    runs = sorted(_execution(store, params).runs.values(), key=lambda run: run.start)
    if params.get("SortOrder") != "Ascending":
        runs.reverse()
    shape = output.members["PipelineExecutionSteps"].member
    return _page(store, params, "PipelineExecutionSteps", [trim(shape, run.summary()) for run in runs])


def _page(store: Store, params: Record, name: str, items: list[Any]) -> Record:
    """One page of the items as the member `name`."""
    start, size = int(params.get("NextToken") or 0), params.get("MaxResults", store.service.page_size)
    token = {"NextToken": str(start + size)} if start + size < len(items) else {}
    return {name: items[start : start + size], **token}


def _describe_definition(store: Store, params: Record, _: Any) -> Record:
    record = _execution(store, params).record
    return {"PipelineDefinition": record["PipelineDefinition"], "CreationTime": record["@created"]}


def _list_parameters(store: Store, params: Record, _: Any) -> Record:
    """The parameters with which the execution was started, and the defaults of the others."""
    execution = _execution(store, params)
    values = [{"Name": name, "Value": _text(value)} for name, value in execution.parameters.items()]
    return _page(store, params, "PipelineParameters", values)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


HANDLERS: dict[tuple[str, str], OperationHandler] = {
    ("sagemaker", "CreatePipeline"): _write("create"),
    ("sagemaker", "UpdatePipeline"): _write("update"),
    ("sagemaker", "StartPipelineExecution"): _start,
    ("sagemaker", "StopPipelineExecution"): _stop,
    ("sagemaker", "RetryPipelineExecution"): _retry,
    ("sagemaker", "ListPipelineExecutions"): _list,
    ("sagemaker", "ListPipelineExecutionSteps"): _list_steps,
    ("sagemaker", "DescribePipelineDefinitionForExecution"): _describe_definition,
    ("sagemaker", "ListPipelineParametersForExecution"): _list_parameters,
}
