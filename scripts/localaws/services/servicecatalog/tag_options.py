"""TagOptions: the tag values that a portfolio or product allows for provisioned products.

https://docs.aws.amazon.com/servicecatalog/latest/adminguide/tagoptions.html
"""

from typing import Any

from scripts.localaws.services.servicecatalog import models
from scripts.localaws.services.servicecatalog.access import LaunchPath
from scripts.localaws.services.servicecatalog.exceptions import duplicate, in_use, invalid, limit, not_found
from scripts.localaws.services.servicecatalog.models import Params, Store, TagOption, new_id, now, owned, where
from scripts.localaws.services.servicecatalog.operations import Request, operation
from scripts.localaws.services.servicecatalog.serialization import structure


@operation("CreateTagOption")
def create(request: Request, params: Params) -> dict[str, Any]:
    """Create a TagOption; key and value must be unique."""
    values = where(request.store.tag_options, account=request.account, key=params["Key"])
    if len(values) >= models.VALUES_PER_TAG_OPTION:
        raise limit(f"A TagOption key has at most {models.VALUES_PER_TAG_OPTION} values.")
    _check_unique(request, params["Key"], params["Value"])
    tag_option = TagOption(new_id("tag"), request.account, params["Key"], params["Value"])
    request.store.tag_options[tag_option.id] = tag_option
    return {"TagOptionDetail": structure("TagOptionDetail", tag_option)}


def _check_unique(request: Request, key: str, value: str) -> None:
    if where(request.store.tag_options, account=request.account, key=key, value=value):
        raise duplicate(f"TagOption {key}={value} exists already.")


@operation("DescribeTagOption")
def describe(request: Request, params: Params) -> dict[str, Any]:
    """Return a TagOption."""
    return {"TagOptionDetail": structure("TagOptionDetail", _own_tag_option(request, params["Id"]))}


@operation("UpdateTagOption")
def update(request: Request, params: Params) -> dict[str, Any]:
    """Change the value or the state of a TagOption; its key never changes."""
    tag_option = _own_tag_option(request, params["Id"])
    if params.get("Value", tag_option.value) != tag_option.value:
        _check_unique(request, tag_option.key, params["Value"])
        tag_option.value = params["Value"]
    tag_option.active = params.get("Active", tag_option.active)
    return {"TagOptionDetail": structure("TagOptionDetail", tag_option)}


@operation("DeleteTagOption")
def delete(request: Request, params: Params) -> None:
    """Delete a TagOption; an error while it is associated with a resource."""
    tag_option = _own_tag_option(request, params["Id"])
    if tag_option.resources:
        raise in_use(f"TagOption {tag_option.id} is associated with {', '.join(tag_option.resources)}.")
    del request.store.tag_options[tag_option.id]


@operation("AssociateTagOptionWithResource")
def associate(request: Request, params: Params) -> None:
    """Associate a TagOption with a portfolio or a product."""
    tag_option, resource = _own_tag_option(request, params["TagOptionId"]), params["ResourceId"]
    if resource.startswith("port-"):
        request.store.own_portfolio(request.account, resource)
    else:
        request.store.own_product(request.account, resource)
    if resource in tag_option.resources:
        raise duplicate(f"TagOption {tag_option.id} is associated with {resource} already.")
    if (
        sum(resource in other.resources for other in request.store.tag_options.values())
        >= models.TAG_OPTIONS_PER_RESOURCE
    ):
        raise limit(f"A resource has at most {models.TAG_OPTIONS_PER_RESOURCE} TagOptions.")
    tag_option.resources[resource] = now()


@operation("DisassociateTagOptionFromResource")
def disassociate(request: Request, params: Params) -> None:
    """Remove the association of a TagOption with a resource."""
    if _own_tag_option(request, params["TagOptionId"]).resources.pop(params["ResourceId"], None) is None:
        raise not_found("Resource", params["ResourceId"])


@operation("ListResourcesForTagOption", list_key="ResourceDetails")
def list_resources(request: Request, params: Params) -> dict[str, Any]:
    """Return the portfolios and products that are associated with a TagOption."""
    store, resource_type = request.store, params.get("ResourceType", "")
    identifiers = _own_tag_option(request, params["TagOptionId"]).resources
    resources = [store.portfolios.get(identifier) or store.products[identifier] for identifier in identifiers]
    details = [structure("ResourceDetail", resource, region=request.region) for resource in resources]
    return {"ResourceDetails": [resource for resource in details if f":{resource_type.lower()}" in resource["ARN"]]}


def _own_tag_option(request: Request, identifier: str) -> TagOption:
    return owned(request.store.tag_options, "TagOption", request.account, identifier)


def allowed_values(store: Store, path: LaunchPath) -> dict[str, list[str]]:
    """Return key -> allowed values for launches through this path; shares pass them on only with ShareTagOptions.

    A key of both the portfolio and the product allows the values of both; an empty list is a conflict.
    """
    if path.share is not None and not path.share.tag_options:
        return {}
    portfolio_values, product_values = _values(store, path.portfolio.id), _values(store, path.product.id)
    common = {
        key: [value for value in values if value in product_values.get(key, values)]
        for key, values in portfolio_values.items()
    }
    return product_values | common


def _values(store: Store, resource: str) -> dict[str, list[str]]:
    values: dict[str, list[str]] = {}
    for tag_option in store.tag_options.values():
        if tag_option.active and resource in tag_option.resources:
            values.setdefault(tag_option.key, []).append(tag_option.value)
    return values


def launch_tags(store: Store, path: LaunchPath, tags: dict[str, str]) -> dict[str, str]:
    """Return the tags of a launch: the user's, after validation, and those with one allowed value.

    https://docs.aws.amazon.com/servicecatalog/latest/adminguide/tagoptions-launching.html
    """
    all_tags = dict(tags)
    for key, values in allowed_values(store, path).items():
        values = values or [f"sc-tagoption-conflict-{path.portfolio.id}-{path.product.id}"]
        if key in tags and tags[key] not in values:
            raise invalid(f"Tag {key} must be one of {', '.join(values)}.")
        if key not in tags and len(values) > 1:
            raise invalid(f"Tag {key} is required; choose one of {', '.join(values)}.")
        all_tags.setdefault(key, values[0])
    return all_tags
