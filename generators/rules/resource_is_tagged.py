"""Tags of resources."""

from collections.abc import Mapping
from typing import Any

from generators.cloudformation.resource_schemas import create_only, tag_property
from generators.rules._property_values import is_intrinsic
from generators.rules._rule import PlatformRule, Problems, unresolved
from generators.rules._template import Resource, Template

TAGS = ("cost-centre", "environment", "product", "team", "version")


class ResourceIsTagged(PlatformRule):
    """Check types whose schema has tags."""

    id = "E9019"
    shortdesc = "Resources must have the platform's five tags; without the version where tags are create-only."
    description = "Tags identify cost, owner and release of every resource."
    source_url = "https://docs.aws.amazon.com/whitepapers/latest/tagging-best-practices/tagging-best-practices.html"
    controls = ()
    security_hub_ids = ()

    def evaluate(self, resource: Resource, template: Template) -> Problems:
        key = tag_property(resource.type)
        if not key:
            return
        is_create_only = (key,) in create_only(resource.type)
        required = set(TAGS) - ({"version"} if is_create_only else set())
        for prop in resource.at(key):
            if not prop.missing and (prop.unresolved or not isinstance(prop.value, Mapping | list)):
                yield unresolved(prop, "what the tags are")
                continue
            names = _names(prop.value)
            if missing := sorted(required - names):
                yield prop.path, f"tags are missing: {', '.join(missing)}; use kit.tags"
            if is_create_only and "version" in names:
                yield prop.path, "a version tag replaces this resource at every upgrade; use kit.fixed_tags"


def _names(tags: Any) -> set[str]:
    if isinstance(tags, Mapping):
        return {str(name) for name in tags}
    return {str(tag.get("Key")) for tag in tags or () if isinstance(tag, Mapping) and not is_intrinsic(tag)}
