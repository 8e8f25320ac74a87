"""The door of every service in the table: one checked request in, one reply cut to the model out."""

import functools
import json
from collections.abc import Mapping
from typing import Any

from moto.core.serialize import get_serializer_class
from moto.core.utils import get_service_model

from scripts.localaws import context
from scripts.localaws.emr.clusters import PARTICULAR as EMR
from scripts.localaws.errors import AwsError
from scripts.localaws.generic.noun import Noun
from scripts.localaws.generic.owners import shared
from scripts.localaws.generic.particular import PARTICULAR as STORED
from scripts.localaws.generic.running import PARTICULAR as RUNNING
from scripts.localaws.generic.shapes import Record
from scripts.localaws.generic.store import LOCK, Store, store
from scripts.localaws.generic.table import APIS
from scripts.localaws.generic.verbs import NAMED, TAGS
from scripts.localaws.request import Call
from scripts.localaws.sagemaker.monitors import PARTICULAR as MONITORS
from scripts.localaws.sagemaker.projects import PARTICULAR as PROJECTS
from scripts.localaws.sagemaker.serving import PARTICULAR as SERVING
from scripts.localaws.sagemaker.studio import PARTICULAR as STUDIO
from scripts.localaws.servicecatalog.validation import check

PARTICULAR = {**STORED, **RUNNING, **STUDIO, **EMR, **SERVING, **MONITORS, **PROJECTS}
Reply = tuple[int, Mapping[str, str], bytes]


@functools.cache
def _rows(scope: str) -> Mapping[str, tuple[Noun, str]]:
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


def answer(call: Call, account: str) -> Reply | None:
    """The reply, None when the request is for a thing that moto keeps. Raises AwsError."""
    api = APIS[call.scope]
    model, params = get_service_model(api.model).operation_model(call.operation), dict(call.params)
    _refuse_unknown(call, model.input_shape)
    check(model.input_shape, params)
    owner = params.pop(api.owner, None) or account
    if owner != account and not shared(store(api, owner, call.region), call):
        raise AwsError("AccessDeniedException", f"{call.operation}: account {owner} does not let you", 403)
    with LOCK, context.AskedBy(call.access_key):
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


def _refuse_unknown(call: Call, shape: Any) -> None:
    """A member that the model does not know would be lost in silence."""
    if "json" not in call.protocol or not call.request.data:
        return
    known = {member.serialization.get("name", name) for name, member in shape.members.items()} if shape else set()
    if unknown := sorted(json.loads(call.request.data).keys() - known):
        raise AwsError("ValidationException", f"{call.operation} does not know {', '.join(unknown)}")
