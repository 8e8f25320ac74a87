"""Names of AWS SDK integrations: services, operations, parameters and errors as the AWS SDK for Java names them. Pure.

https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html
"""

import json
import re
from functools import cache
from typing import Any

from botocore.exceptions import ParamValidationError
from botocore.model import OperationModel, ServiceModel
from moto.core.utils import get_service_model

from scripts.localaws.core.service_table import SERVICES

SDK = "arn:aws:states:::aws-sdk:"


@cache
def _models() -> dict[str, str]:
    """Return botocore's service names by the names in the resources of Task states: Java's packages."""
    names = {service.model for service in SERVICES.values()}
    return {re.sub("[^a-z0-9]", "", get_service_model(name).service_id.hyphenize()): name for name in names}


def sdk_operation(resource: str) -> tuple[str, OperationModel] | None:
    """Return botocore's service name and the operation of an AWS SDK resource; None if there is no such operation."""
    service, _, operation = resource.removeprefix(SDK).partition(":")
    name, operation_name = _models().get(service, ""), operation[:1].upper() + operation[1:]
    if not resource.startswith(SDK) or not name or not operation[:1].islower():
        return None
    model = get_service_model(name)
    return (name, model.operation_model(operation_name)) if operation_name in model.operation_names else None


def unsupported_parameter(model: OperationModel, names: Any) -> str:
    """Return the first name that is no parameter of the operation in Step Functions' spelling; else ""."""
    members = {member.lower() for member in getattr(model.input_shape, "members", ())}
    return next((name for name in names if name.removesuffix(".$").lower() not in members or name[0].islower()), "")


def service_name(model: ServiceModel) -> str:
    """Return the service's class name in the SDK for Java 2.x: DynamoDB is DynamoDb, SSM is Ssm."""
    parts = re.sub(r"([a-z])(?=[A-Z][a-zA-Z0-9])|([A-Z])(?=[A-Z][a-z])", r"\1\2 ", str(model.service_id))
    return "".join(part.capitalize() for part in re.split(r"[^A-Za-z0-9]+", parts))


def error_name(model: ServiceModel, code: str, is_sdk: bool) -> str:
    """Return the name of an error: that of its shape, else that of the SDK's exception for the service.

    AWS SDK integrations use version 2 of the SDK for Java, other integrations version 1.
    """
    name = service_name(model) if is_sdk else str(model.service_id).replace(" ", "")
    for shape in model.error_shapes:
        if code in (shape.name, shape.metadata.get("error", {}).get("code")):
            return f"{name}.{re.sub('(Fault|Exception)$', '', shape.name)}Exception"
    title = model.metadata.get("serviceAbbreviation") or model.metadata["serviceFullName"]
    return f"{name}.{name if is_sdk else title.replace(' ', '')}Exception"


def with_model_names(shape: Any, value: Any) -> Any:
    """Return parameters with the member names of the service model; objects for a string are written as JSON.

    Raises ParamValidationError for a number, a boolean or null where the model demands a string.
    """
    kind = getattr(shape, "type_name", "")
    if isinstance(value, dict) and kind == "structure":
        names = {name.lower(): name for name in shape.members}
        renamed = {names.get(key.lower(), key): item for key, item in value.items()}
        return {key: with_model_names(shape.members.get(key), item) for key, item in renamed.items()}
    if isinstance(value, list) and kind == "list":
        return [with_model_names(shape.member, item) for item in value]
    if isinstance(value, dict) and kind == "map":
        return {key: with_model_names(shape.value, item) for key, item in value.items()}
    if (kind == "blob" and not isinstance(value, bytes)) or (kind == "string" and isinstance(value, dict | list)):
        return compact_json(value)
    if kind == "string" and not isinstance(value, str):
        raise ParamValidationError(report=f"the value {compact_json(value)} must be a STRING")
    return value


def compact_json(value: Any) -> str:
    """Return JSON as Step Functions writes it: without blanks."""
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
