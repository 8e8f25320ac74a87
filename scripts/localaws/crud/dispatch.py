"""Answers a request to a stored service: validates the parameters, runs the operation, serializes the reply."""

import functools
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from moto.core.serialize import get_serializer_class
from moto.core.utils import get_service_model

from scripts.localaws.core import context
from scripts.localaws.core.errors import AwsError
from scripts.localaws.core.request import AwsRequest
from scripts.localaws.core.request_validation import check
from scripts.localaws.crud import registry
from scripts.localaws.crud.operations import OPERATIONS, TAG_OPERATIONS
from scripts.localaws.crud.resource_spec import ResourceSpec, ServiceSpec
from scripts.localaws.crud.serialization import Record
from scripts.localaws.crud.store import LOCK, Store, store_of

Reply = tuple[int, Mapping[str, str], bytes]


@functools.cache
def _generic_operations(scope: str) -> Mapping[str, tuple[ResourceSpec, str]]:
    """Operation -> its resource and the generic operation."""
    spec = _service(scope)
    names = get_service_model(spec.model).operation_names
    return {
        name: (resource, operation)
        for resource in spec.resources
        for name, operation in resource.operation_types(names).items()
    }


def _service(scope: str) -> ServiceSpec:
    spec = registry.find_service(scope)
    if spec is None:
        raise KeyError(scope)
    return spec


@functools.cache
def operations(scope: str) -> frozenset[str]:
    """The operations of the service that the store answers."""
    spec = registry.find_service(scope)
    if spec is None:
        return frozenset()
    tagging = set(spec.tag_operations) & set(get_service_model(spec.model).operation_names)
    own = {name for owner, name in registry.HANDLERS if owner == scope}
    return frozenset(tagging | _generic_operations(scope).keys() | own)


def answer(call: AwsRequest, account: str) -> Reply | None:
    """The reply, None when moto keeps the resource. Raises AwsError."""
    service = _service(call.scope)
    model, params = get_service_model(service.model).operation_model(call.operation), dict(call.params)
    _check_members(call, model.input_shape)
    check(model.input_shape, params, "ValidationError" if call.protocol == "query" else "ValidationException")
    owner = params.pop(service.owner_parameter, None) or account
    if owner != account and not service.is_cross_account:
        raise AwsError("AccessDeniedException", f"{call.operation}: account {owner} does not let you", 403)
    with LOCK, context.CallerContext(call.access_key):
        try:
            output = _run(store_of(service, owner, call.region), call.operation, params, model.output_shape)
        except AwsError as error:
            is_parent = call.operation.startswith("Create") and error.code == service.not_found_code
            is_listed = is_parent or error.code in {shape.name for shape in model.error_shapes}
            raise replace(error, code=error.code if is_listed else service.unlisted_code or error.code) from None
    if output is None:
        return None
    response = get_serializer_class(service.model, "rest-xml" if call.streams else call.protocol)(
        operation_model=model
    ).serialize(output)
    body = response["body"]
    return response["status_code"], response["headers"], body if isinstance(body, bytes) else str(body).encode()


def _run(store: Store, operation: str, params: Record, output: object) -> Record | None:
    service = store.service
    if operation in service.tag_operations:
        arn = next(value for name, value in params.items() if name.lower() == "resourcearn")
        if arn in store.tags:
            return TAG_OPERATIONS[service.tag_operations.index(operation)](store, arn, params, output)
        if service.is_complete:
            raise store.error(service.not_found_code, f"{arn} does not exist.")
        return None
    handler = registry.HANDLERS.get((service.scope, operation))
    if handler is not None:
        return handler(store, params, output)
    resource, generic = _generic_operations(service.scope)[operation]
    return OPERATIONS[generic](store, resource, params, output)


def _check_members(call: AwsRequest, shape: Any) -> None:
    """Reject a member that the model lacks; the parser would drop it silently."""
    if "json" not in call.protocol or not call.request.data:
        return
    members = {member.serialization.get("name", name) for name, member in shape.members.items()} if shape else set()
    if unknown := sorted(json.loads(call.request.data).keys() - members):
        raise AwsError("ValidationException", f"{call.operation} does not know {', '.join(unknown)}")
