"""The door: every operation is a verb and a noun of the table; what is not is refused outside.

Requests are checked against botocore's model, replies are cut to it.
"""

import json
import re
import secrets
from collections.abc import Callable
from typing import Any

from moto.core.responses import ActionResult, BaseResponse
from moto.core.utils import get_service_model

from scripts.localaws.errors import AwsError
from scripts.localaws.sagemaker.kinds import KINDS, Kind
from scripts.localaws.sagemaker.models import LOCK, Record, Store, store
from scripts.localaws.sagemaker.studio import born, end
from scripts.localaws.servicecatalog.validation import check

Answer = dict[str, Any]
_NOUNS = {**KINDS, **{kind.plural: kind for kind in KINDS.values()}}
_RENAMED = {"DomainSettingsForUpdate": "DomainSettings"}
_PAGE = 10  # AWS's own default
_SORTED_BY = ("CreationTime", "LastModifiedTime")


class SageMakerResponse(BaseResponse):
    """Every operation of OPERATIONS."""

    def __init__(self) -> None:
        super().__init__(service_name="sagemaker")

    def call_action(self) -> Any:
        """Answer one request."""
        name, params = self._get_action(), json.loads(self.body or "{}")
        if name not in OPERATIONS:
            raise NotImplementedError(name)
        model = get_service_model("sagemaker").operation_model(name)
        check(model.input_shape, params)
        with LOCK:
            reply = OPERATIONS[name](store(self.current_account, self.region), name, params)
        return self.serialized(ActionResult(_cut(model.output_shape, reply)))


def _kind(operation: str) -> Kind:
    return _NOUNS[re.sub("^(Create|Describe|Update|Delete|List)", "", operation)]


def _create(at: Store, name: str, params: Answer) -> Answer:
    kind = _kind(name)
    return at.add(kind, born(at, kind.noun, params))


def _describe(at: Store, name: str, params: Answer) -> Answer:
    kind = _kind(name)
    return at.get(kind, _versioned(at, kind, params))


def _update(at: Store, name: str, params: Answer) -> Answer:
    kind = _kind(name)
    return at.change(kind, {_RENAMED.get(key, key): value for key, value in _versioned(at, kind, params).items()})


def _delete(at: Store, name: str, params: Answer) -> Answer:
    kind = _kind(name)
    end(at, kind.noun, _versioned(at, kind, params))
    return {}


def _versioned(at: Store, kind: Kind, params: Answer) -> Answer:
    """An image version without a number is the latest."""
    if kind.noun != "ImageVersion" or "Version" in params:
        return params
    known = at.all("ImageVersion", ImageName=params["ImageName"])
    return {**params, "Version": known[-1]["Version"] if known else 0}


def _list(at: Store, name: str, params: Answer) -> Answer:
    kind, asked = _kind(name), dict(params)
    size, start = asked.pop("MaxResults", _PAGE), int(asked.pop("NextToken", 0))
    by, order = asked.pop("SortBy", _SORTED_BY[0]), asked.pop("SortOrder", "Ascending")
    found = [it for it in at.all(kind.noun) if all(_matches(kind, it, key, value) for key, value in asked.items())]
    field = by if by in _SORTED_BY else kind.key[-1]
    found.sort(key=lambda it: it[field], reverse=order.lower().startswith("desc"))
    more = {"NextToken": str(start + size)} if start + size < len(found) else {}
    shape = get_service_model("sagemaker").operation_model(name).output_shape
    listed = next(key for key, member in shape.members.items() if member.type_name == "list")
    return {listed: [_cut(shape.members[listed].member, it) for it in found[start : start + size]], **more}


def _matches(kind: Kind, record: Record, key: str, value: Any) -> bool:
    """DomainIdEquals, UserProfileNameContains, NameContains, ImageName; any other filter is refused."""
    field = re.sub("(Equals|Contains)$", "", key)
    field = kind.key[-1] if field == "Name" else field
    if field not in kind.key:
        raise AwsError(
            "ValidationException", f"the embedded AWS does not filter {kind.plural} by {key}; see SUPPORTED.md"
        )
    text = str(record.get(field) or "")
    return value in text if key.endswith("Contains") else text == str(value)


def _presign(at: Store, _: str, params: Answer) -> Answer:
    profile = at.get(KINDS["UserProfile"], params)
    url = at.get(KINDS["Domain"], profile)["Url"]
    return {"AuthorizedUrl": f"{url}/auth?token={secrets.token_urlsafe(24)}"}


def _add_tags(at: Store, _: str, params: Answer) -> Answer:
    tags = at.tagged(params["ResourceArn"])
    tags.update({tag["Key"]: tag["Value"] for tag in params["Tags"]})
    return _list_tags(at, _, params)


def _delete_tags(at: Store, _: str, params: Answer) -> Answer:
    for key in params["TagKeys"]:
        at.tagged(params["ResourceArn"]).pop(key, None)
    return {}


def _list_tags(at: Store, _: str, params: Answer) -> Answer:
    return {"Tags": [{"Key": key, "Value": value} for key, value in at.tagged(params["ResourceArn"]).items()]}


def _cut(shape: Any, record: Record) -> Answer:
    """What the model says of a reply, no more."""
    return {name: record[name] for name in shape.members if record.get(name) is not None} if shape else {}


_VERBS = {"Create": _create, "Describe": _describe, "Update": _update, "Delete": _delete}
_NO_UPDATE = ("App", "StudioLifecycleConfig")  # AWS has no such operations for them either
OPERATIONS: dict[str, Callable[[Store, str, Answer], Answer]] = {
    "AddTags": _add_tags,
    "CreatePresignedDomainUrl": _presign,
    "DeleteTags": _delete_tags,
    "ListTags": _list_tags,
    **{
        f"{verb}{noun}": do
        for noun in KINDS
        for verb, do in _VERBS.items()
        if verb != "Update" or noun not in _NO_UPDATE
    },
    **{f"List{kind.plural}": _list for kind in KINDS.values()},
}
