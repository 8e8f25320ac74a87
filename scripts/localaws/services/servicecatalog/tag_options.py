"""TagOptions: the tags that launched resources carry, chosen from what the owner allows.

https://docs.aws.amazon.com/servicecatalog/latest/adminguide/tagoptions.html
"""

from typing import Any

from scripts.localaws.services.servicecatalog import serialization
from scripts.localaws.services.servicecatalog.access import Path
from scripts.localaws.services.servicecatalog.exceptions import duplicate, in_use, invalid, limit, not_found
from scripts.localaws.services.servicecatalog.models import (
    TAG_OPTIONS_PER_RESOURCE,
    VALUES_PER_TAG_OPTION,
    Params,
    Store,
    TagOption,
    new_id,
    now,
)
from scripts.localaws.services.servicecatalog.operations import Request, operation


@operation("CreateTagOption")
def create(request: Request, params: Params) -> dict[str, Any]:
    """One for each key and value."""
    own = [it for it in request.store.tag_options.values() if it.account == request.account]
    if sum(it.key == params["Key"] for it in own) >= VALUES_PER_TAG_OPTION:
        raise limit(f"A TagOption key has at most {VALUES_PER_TAG_OPTION} values.")
    _check_unique(request, params["Key"], params["Value"])
    it = TagOption(new_id("tag"), request.account, params["Key"], params["Value"])
    request.store.tag_options[it.id] = it
    return {"TagOptionDetail": serialization.tag_option(it)}


def _check_unique(request: Request, key: str, value: str) -> None:
    known = request.store.tag_options.values()
    if any((it.account, it.key, it.value) == (request.account, key, value) for it in known):
        raise duplicate(f"TagOption {key}={value} exists already.")


@operation("DescribeTagOption")
def describe(request: Request, params: Params) -> dict[str, Any]:
    """One TagOption."""
    return {"TagOptionDetail": serialization.tag_option(_own(request, params["Id"]))}


@operation("UpdateTagOption")
def update(request: Request, params: Params) -> dict[str, Any]:
    """The key never changes."""
    it = _own(request, params["Id"])
    if params.get("Value", it.value) != it.value:
        _check_unique(request, it.key, params["Value"])
        it.value = params["Value"]
    it.active = params.get("Active", it.active)
    return {"TagOptionDetail": serialization.tag_option(it)}


@operation("DeleteTagOption")
def delete(request: Request, params: Params) -> None:
    """Refused while associated."""
    it = _own(request, params["Id"])
    if it.resources:
        raise in_use(f"TagOption {it.id} is associated with {', '.join(it.resources)}.")
    del request.store.tag_options[it.id]


@operation("ListTagOptions", paged="TagOptionDetails")
def list_all(request: Request, params: Params) -> dict[str, Any]:
    """The caller's, by key, value and state."""
    wanted = params.get("Filters") or {}
    found = [it for it in request.store.tag_options.values() if it.account == request.account]
    shown = [serialization.tag_option(it) for it in found]
    return {"TagOptionDetails": [it for it in shown if all(it[key] == value for key, value in wanted.items())]}


@operation("AssociateTagOptionWithResource")
def associate(request: Request, params: Params) -> None:
    """With a portfolio or a product."""
    it, resource = _own(request, params["TagOptionId"]), params["ResourceId"]
    if resource.startswith("port-"):
        request.store.own_portfolio(request.account, resource)
    else:
        request.store.own_product(request.account, resource)
    if resource in it.resources:
        raise duplicate(f"TagOption {it.id} is associated with {resource} already.")
    if sum(resource in other.resources for other in request.store.tag_options.values()) >= TAG_OPTIONS_PER_RESOURCE:
        raise limit(f"A resource has at most {TAG_OPTIONS_PER_RESOURCE} TagOptions.")
    it.resources[resource] = now()


@operation("DisassociateTagOptionFromResource")
def disassociate(request: Request, params: Params) -> None:
    """Takes the association back."""
    if _own(request, params["TagOptionId"]).resources.pop(params["ResourceId"], None) is None:
        raise not_found("Resource", params["ResourceId"])


@operation("ListResourcesForTagOption", paged="ResourceDetails")
def list_resources(request: Request, params: Params) -> dict[str, Any]:
    """Portfolios and products that carry it."""
    store, wanted = request.store, params.get("ResourceType", "")
    held = _own(request, params["TagOptionId"]).resources
    found = [store.portfolios.get(identifier) or store.products[identifier] for identifier in held]
    details = [serialization.resource(it, request.region) for it in found]
    return {"ResourceDetails": [it for it in details if f":{wanted.lower()}" in it["ARN"]]}


def _own(request: Request, identifier: str) -> TagOption:
    it = request.store.tag_options.get(identifier)
    if it is None or it.account != request.account:
        raise not_found("TagOption", identifier)
    return it


def offered(store: Store, path: Path) -> dict[str, list[str]]:
    """Key -> values that a launch through this path may carry; a share brings them only when it says so.

    A key of both the portfolio and the product offers the values that both allow; none is a conflict.
    """
    if path.share is not None and not path.share.tag_options:
        return {}
    of_portfolio, of_product = _values(store, path.portfolio.id), _values(store, path.product.id)
    both = {key: [it for it in values if it in of_product.get(key, values)] for key, values in of_portfolio.items()}
    return of_product | both


def _values(store: Store, resource: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for it in store.tag_options.values():
        if it.active and resource in it.resources:
            found.setdefault(it.key, []).append(it.value)
    return found


def choose(store: Store, path: Path, tags: dict[str, str]) -> dict[str, str]:
    """The tags of a launch: the user's, checked, and those that leave no choice. A conflict shows in the value.

    https://docs.aws.amazon.com/servicecatalog/latest/adminguide/tagoptions-launching.html
    """
    chosen = dict(tags)
    for key, values in offered(store, path).items():
        values = values or [f"sc-tagoption-conflict-{path.portfolio.id}-{path.product.id}"]
        if key in tags and tags[key] not in values:
            raise invalid(f"Tag {key} must be one of {', '.join(values)}.")
        if key not in tags and len(values) > 1:
            raise invalid(f"Tag {key} is required; choose one of {', '.join(values)}.")
        chosen.setdefault(key, values[0])
    return chosen
