"""The verbs: what a request does to the store, and what the reply holds."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from scripts.localaws.core.errors import AwsError
from scripts.localaws.crud.resource_spec import ResourceSpec
from scripts.localaws.crud.serialization import Record, is_tags, listed, reply, tags_as, tags_of
from scripts.localaws.crud.store import Store

_SORTED = {"CreationTime": "@made", "LastModifiedTime": "@changed"}
_SIZES = ("maxResults", "MaxResults", "Limit", "limit", "PageSize")
_TOKENS = ("nextToken", "NextToken")


def make(at: Store, noun: ResourceSpec, params: Record, output: Any) -> Record:
    """A new thing."""
    return reply(output, noun, at.add(noun, _unwrapped(noun, params)))


def put(at: Store, noun: ResourceSpec, params: Record, output: Any) -> Record:
    """A new thing, or the old one with new settings."""
    known = [it for it in at.all(noun) if all(it.get(part) == params.get(part) for part in noun.key)]
    return (change if known else make)(at, noun, params, output)


def show(at: Store, noun: ResourceSpec, params: Record, output: Any) -> Record:
    """One thing; tags are those that it has now."""
    record = at.get(noun, _unwrapped(noun, params))
    return reply(output, noun, _with_tags(at, record))


def change(at: Store, noun: ResourceSpec, params: Record, output: Any) -> Record:
    """New settings for what is there."""
    return reply(output, noun, at.change(noun, _unwrapped(noun, params)))


def drop(at: Store, noun: ResourceSpec, params: Record, output: Any) -> Record:
    """Gone; some services show for the last time what went."""
    return reply(output, noun, at.remove(noun, _unwrapped(noun, params)))


def makes(at: Store, noun: ResourceSpec, params: Record, output: Any) -> Record:
    """A list of new things; those that are there already stay."""
    wanted = next(value for value in params.values() if isinstance(value, list))
    for one in wanted:
        put(at, noun, one, None)
    return _items(noun, [at.get(noun, one) for one in wanted], output)


def drops(at: Store, noun: ResourceSpec, params: Record, output: Any) -> Record:
    """A list of ARNs, all gone."""
    wanted = next(value for value in params.values() if isinstance(value, list))
    return _items(noun, [at.remove(noun, {"arn": one}) for one in wanted], output)


def some(at: Store, noun: ResourceSpec, params: Record, output: Any) -> Record:
    """The things of the given names that there are; nobody minds the others."""
    names = {it[noun.key[-1]] for it in at.all(noun)}
    wanted = {name: [one for one in value if one in names] for name, value in params.items() if isinstance(value, list)}
    return list_(at, noun, wanted, output) if all(wanted.values()) else _items(noun, [], output)


def list_(at: Store, noun: ResourceSpec, params: Record, output: Any) -> Record:
    """The things that the request asks for, a page at a time."""
    found = at.all(noun)
    if noun.parent and all(params.get(part) for part in at.nouns[noun.parent].key):
        at.get(at.nouns[noun.parent], params)
    for name, value in params.items():
        if value and name not in (*_SIZES, *_TOKENS, "SortBy", "SortOrder"):
            found = _filtered(at, noun, found, name, value)
    if params.get("SortBy") or params.get("SortOrder"):
        field = _SORTED.get(params.get("SortBy", "CreationTime"), noun.key[-1])
        found.sort(key=lambda it: it[field], reverse=params.get("SortOrder", "").lower().startswith("desc"))
    size = int(next((params[name] for name in _SIZES if params.get(name)), at.api.page))
    token = next((name for name in _TOKENS if name in output.members), "")
    start = int(params.get(token) or 0)
    more = {token: str(start + size)} if token and start + size < len(found) else {}
    page = [_with_tags(at, it) for it in found[start : start + size]]
    return {**_items(noun, page, output), **more}


def _items(noun: ResourceSpec, records: list[Record], output: Any) -> Record:
    name = next((name for name, member in (output.members if output else {}).items() if member.type_name == "list"), "")
    return {name: [listed(output.members[name].member, noun, it) for it in records]} if name else {}


def _filtered(at: Store, noun: ResourceSpec, found: list[Record], name: str, value: Any) -> list[Record]:
    """ConformancePackNames, StandardsSubscriptionArns, type, domain; any other filter is refused."""
    if isinstance(value, list) and name.endswith("Arns"):
        return [it for it in found if it["@arn"] in value]
    if isinstance(value, list) and noun.key and name == f"{noun.key[-1]}s":
        return [at.get(noun, {noun.key[-1]: one}) for one in value]
    field = re.sub("(Filter|Equals|Contains)$", "", name)
    field = noun.key[-1] if field == "Name" else field
    if field not in noun.key and not any(field in it for it in found) and found:
        raise AwsError("ValidationException", f"the embedded AWS does not filter {noun.name} by {name}")
    return [it for it in found if it.get(field) == value or (name.endswith("Contains") and value in str(it.get(field)))]


def _unwrapped(noun: ResourceSpec, params: Record) -> Record:
    """CreatePipeline(pipeline={...}, tags) and UpdateBudget(NewBudget={...}) without the wrapping."""
    flat: Record = {}
    for name, value in params.items():
        inner = (
            isinstance(value, Mapping)
            and name not in noun.key
            and name.lower().removeprefix("new") == noun.name.lower()
        )
        flat.update(value if inner else {name: value})
    return flat


def _with_tags(at: Store, record: Record) -> Record:
    tags = at.tags.get(record["@arn"], {})
    return {**record, "tags": tags, "Tags": tags} if tags else record


def tag(at: Store, arn: str, params: Record, output: Any) -> Record:
    """TagResource; some services tell all tags then."""
    at.tags[arn].update(next(tags_of(sent) for name, sent in params.items() if is_tags(name)))
    return tags(at, arn, params, output) if output and any(map(is_tags, output.members)) else {}


def untag(at: Store, arn: str, params: Record, _: Any) -> Record:
    """UntagResource."""
    for name in next(value for name, value in params.items() if name.lower().endswith("tagkeys")):
        at.tags[arn].pop(name, None)
    return {}


def tags(at: Store, arn: str, _: Record, output: Any) -> Record:
    """ListTagsForResource."""
    name = next(name for name in output.members if is_tags(name))
    return {name: tags_as(output.members[name], at.tags[arn])}


Verb = Callable[[Store, ResourceSpec, Record, Any], Record]
NAMED: dict[str, Verb] = {"make": make, "put": put, "show": show, "list": list_, "change": change, "drop": drop}
NAMED |= {"makes": makes, "drops": drops, "some": some}
TAGS = (tag, untag, tags)  # in the order of Api.tagging
