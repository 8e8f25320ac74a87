"""The door of every service in the table: one checked request in, one reply cut to the model out."""

import functools
import json
from collections.abc import Mapping
from typing import Any

from moto.core.serialize import get_serializer_class
from moto.core.utils import get_service_model

from scripts.localaws.core import context
from scripts.localaws.core.errors import AwsError
from scripts.localaws.core.request import AwsRequest
from scripts.localaws.core.request_validation import check
from scripts.localaws.crud.operations import NAMED, TAGS
from scripts.localaws.crud.resource_spec import ResourceSpec
from scripts.localaws.crud.serialization import Record
from scripts.localaws.crud.store import LOCK, Store, store
from scripts.localaws.services.emr.clusters import PARTICULAR as EMR
from scripts.localaws.services.iam.authorization.arn_templates import OWNER
from scripts.localaws.services.sagemaker.monitors import PARTICULAR as MONITORS
from scripts.localaws.services.sagemaker.projects import PARTICULAR as PROJECTS
from scripts.localaws.services.sagemaker.serving import PARTICULAR as SERVING
from scripts.localaws.services.sagemaker.studio import PARTICULAR as STUDIO
from scripts.localaws.services.stored.autoscaling_and_dashboards import PARTICULAR as RUNNING
from scripts.localaws.services.stored.handlers import PARTICULAR as STORED
from scripts.localaws.services.stored.resources import APIS

PARTICULAR = {**STORED, **RUNNING, **STUDIO, **EMR, **SERVING, **MONITORS, **PROJECTS}
Reply = tuple[int, Mapping[str, str], bytes]


@functools.cache
def _rows(scope: str) -> Mapping[str, tuple[ResourceSpec, str]]:
    """Operation -> the noun that it is about, and the verb."""
    api = APIS[scope]
    names = get_service_model(api.model).operation_names
    return {name: (noun, verb) for noun in api.nouns for name, verb in noun.operations(names).items()}


@functools.cache
def operations(scope: str) -> frozenset[str]:
    """The operations of the service that the table answers."""
    if scope not in APIS:
        return frozenset()
    known = set(APIS[scope].tagging) & set(get_service_model(APIS[scope].model).operation_names)
    return frozenset(known | _rows(scope).keys() | {name for at, name in PARTICULAR if at == scope})


def answer(call: AwsRequest, account: str) -> Reply | None:
    """The reply, None when the request is for a thing that moto keeps. Raises AwsError."""
    api = APIS[call.scope]
    model, params = get_service_model(api.model).operation_model(call.operation), dict(call.params)
    _refuse_unknown(call, model.input_shape)
    check(model.input_shape, params)
    owner = params.pop(api.owner, None) or account
    if owner != account and call.scope not in OWNER:  # where it is, the door has asked both sides
        raise AwsError("AccessDeniedException", f"{call.operation}: account {owner} does not let you", 403)
    with LOCK, context.CallerContext(call.access_key):
        told = _act(store(api, owner, call.region), call.operation, params, model.output_shape)
    if told is None:
        return None
    sent = get_serializer_class(api.model, call.protocol)(operation_model=model).serialize(told)
    body = sent["body"]
    return sent["status_code"], sent["headers"], body if isinstance(body, bytes) else str(body).encode()


def _act(at: Store, operation: str, params: Record, output: object) -> Record | None:
    if operation in at.api.tagging:
        arn = next(value for name, value in params.items() if name.lower() == "resourcearn")
        if arn in at.tags:
            return TAGS[at.api.tagging.index(operation)](at, arn, params, output)
        if at.api.whole:
            raise at.refusal(at.api.absent, f"{arn} does not exist.")
        return None
    if (at.api.scope, operation) in PARTICULAR:
        return PARTICULAR[at.api.scope, operation](at, params, output)
    noun, verb = _rows(at.api.scope)[operation]
    return NAMED[verb](at, noun, params, output)


def _refuse_unknown(call: AwsRequest, shape: Any) -> None:
    """A member that the model does not know would be lost in silence."""
    if "json" not in call.protocol or not call.request.data:
        return
    known = {member.serialization.get("name", name) for name, member in shape.members.items()} if shape else set()
    if unknown := sorted(json.loads(call.request.data).keys() - known):
        raise AwsError("ValidationException", f"{call.operation} does not know {', '.join(unknown)}")
