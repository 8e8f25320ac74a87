"""Generic operations: how a request changes the store, and its reply."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from scripts.localaws.core.errors import AwsError
from scripts.localaws.crud.resource_spec import ResourceSpec
from scripts.localaws.crud.serialization import Record, is_tags, list_item, reply, tags_as, tags_of
from scripts.localaws.crud.store import Store

# (store, request parameters, output shape) -> reply; None: moto answers
OperationHandler = Callable[[Store, Record, Any], Record | None]
Handlers = Mapping[tuple[str, str], OperationHandler]  # (service scope, operation) -> its handler
_SORT_FIELDS = {"CreationTime": "@created", "LastModifiedTime": "@updated"}
_PAGE_SIZE_PARAMETERS = ("maxResults", "MaxResults", "Limit", "limit", "PageSize")
_TOKENS = ("nextToken", "NextToken")


def create(store: Store, spec: ResourceSpec, params: Record, output: Any) -> Record:
    """Create a resource."""
    return reply(output, spec, store.create(spec, _unwrapped(spec, params)))


def put(store: Store, spec: ResourceSpec, params: Record, output: Any) -> Record:
    """Create a resource, or update it when its key exists."""
    exists = any(all(record.get(part) == params.get(part) for part in spec.key) for record in store.find(spec))
    return (update if exists else create)(store, spec, params, output)


def read(store: Store, spec: ResourceSpec, params: Record, output: Any) -> Record:
    """Describe a resource with its current tags."""
    record = store.get(spec, _unwrapped(spec, params))
    return reply(output, spec, with_tags(store, record))


def update(store: Store, spec: ResourceSpec, params: Record, output: Any) -> Record:
    """Change the settings of a resource."""
    return reply(output, spec, store.update(spec, _unwrapped(spec, params)))


def delete(store: Store, spec: ResourceSpec, params: Record, output: Any) -> Record:
    """Delete a resource; some services return it."""
    return reply(output, spec, store.delete(spec, _unwrapped(spec, params)))


def batch_create(store: Store, spec: ResourceSpec, params: Record, output: Any) -> Record:
    """Create or update every resource of a list."""
    requests = next(value for value in params.values() if isinstance(value, list))
    for request in requests:
        put(store, spec, request, None)
    return _items(spec, [store.get(spec, request) for request in requests], output)


def batch_delete(store: Store, spec: ResourceSpec, params: Record, output: Any) -> Record:
    """Delete every resource of a list of ARNs."""
    arns = next(value for value in params.values() if isinstance(value, list))
    return _items(spec, [store.delete(spec, {"arn": arn}) for arn in arns], output)


def list_existing(store: Store, spec: ResourceSpec, params: Record, output: Any) -> Record:
    """List the resources of the given names; names without a resource are ignored."""
    names = {record[spec.key[-1]] for record in store.find(spec)}
    existing = {
        name: [item for item in value if item in names] for name, value in params.items() if isinstance(value, list)
    }
    return list_(store, spec, existing, output) if all(existing.values()) else _items(spec, [], output)


def list_(store: Store, spec: ResourceSpec, params: Record, output: Any) -> Record:
    """List the resources that match the request's filters, one page at a time."""
    records = store.find(spec)
    if spec.parent and all(params.get(part) for part in store.resources[spec.parent].key):
        store.get(store.resources[spec.parent], params)
    for name, value in params.items():
        if value and name not in (*_PAGE_SIZE_PARAMETERS, *_TOKENS, "SortBy", "SortOrder"):
            records = _filtered(store, spec, records, name, value)
    if params.get("SortBy") or params.get("SortOrder"):
        field = _SORT_FIELDS.get(params.get("SortBy", "CreationTime"), spec.key[-1])
        descending = params.get("SortOrder", "").lower().startswith("desc")
        records.sort(key=lambda record: record[field], reverse=descending)
    size = int(next((params[name] for name in _PAGE_SIZE_PARAMETERS if params.get(name)), store.service.page_size))
    token = next((name for name in _TOKENS if name in output.members), "")
    start = int(params.get(token) or 0)
    next_token = {token: str(start + size)} if token and start + size < len(records) else {}
    page = [with_tags(store, record) for record in records[start : start + size]]
    return {**_items(spec, page, output), **next_token}


def _items(spec: ResourceSpec, records: list[Record], output: Any) -> Record:
    name = next((name for name, member in (output.members if output else {}).items() if member.type_name == "list"), "")
    return {name: [list_item(output.members[name].member, spec, record) for record in records]} if name else {}


def _filtered(store: Store, spec: ResourceSpec, records: list[Record], name: str, value: Any) -> list[Record]:
    """Filters such as ConformancePackNames, StandardsSubscriptionArns, type, domain. Raises AwsError for others."""
    if isinstance(value, list) and name.endswith("Arns"):
        return [record for record in records if record["@arn"] in value]
    if isinstance(value, list) and spec.key and name == f"{spec.key[-1]}s":
        return [store.get(spec, {spec.key[-1]: item}) for item in value]
    field = re.sub("(Filter|Equals|Contains)$", "", name)
    field = spec.key[-1] if field == "Name" else field
    if field not in spec.key and not any(field in record for record in records) and records:
        raise AwsError("ValidationException", f"the embedded AWS does not filter {spec.name} by {name}")
    partial = name.endswith("Contains")
    return [record for record in records if record.get(field) == value or (partial and value in str(record.get(field)))]


def _unwrapped(spec: ResourceSpec, params: Record) -> Record:
    """The members of CreatePipeline(pipeline={...}, tags) and UpdateBudget(NewBudget={...}) without the structure."""
    flat: Record = {}
    for name, value in params.items():
        is_wrapper = (
            isinstance(value, Mapping)
            and name not in spec.key
            and name.lower().removeprefix("new") == spec.name.lower()
        )
        flat.update(value if is_wrapper else {name: value})
    return flat


def with_tags(store: Store, record: Record) -> Record:
    tags = store.tags.get(record["@arn"], {})
    return {**record, "tags": tags, "Tags": tags} if tags else record


def tag(store: Store, arn: str, params: Record, output: Any) -> Record:
    """TagResource; some services return all tags."""
    store.tags[arn].update(next(tags_of(value) for name, value in params.items() if is_tags(name)))
    return list_tags(store, arn, params, output) if output and any(map(is_tags, output.members)) else {}


def untag(store: Store, arn: str, params: Record, _: Any) -> Record:
    """UntagResource."""
    for name in next(value for name, value in params.items() if name.lower().endswith("tagkeys")):
        store.tags[arn].pop(name, None)
    return {}


def list_tags(store: Store, arn: str, _: Record, output: Any) -> Record:
    """ListTagsForResource."""
    name = next(name for name in output.members if is_tags(name))
    return {name: tags_as(output.members[name], store.tags[arn])}


Operation = Callable[[Store, ResourceSpec, Record, Any], Record]
OPERATIONS: dict[str, Operation] = {
    "create": create,
    "put": put,
    "read": read,
    "list": list_,
    "update": update,
    "delete": delete,
    "batch_create": batch_create,
    "batch_delete": batch_delete,
    "list_existing": list_existing,
}
TAG_OPERATIONS = (tag, untag, list_tags)  # in the order of ServiceSpec.tag_operations
