"""Cost, owner and release of everything can be found."""

from collections.abc import Mapping
from typing import Any

from generators.cloudformation.resource_schemas import create_only, tag_property
from generators.rules._property_values import is_intrinsic
from generators.rules._rule import PlatformRule, Verdicts, undecided
from generators.rules._template import Resource, Template

TAGS = ("cost-centre", "environment", "product", "team", "version")


class ResourceIsTagged(PlatformRule):
    """Everything that takes tags carries the platform's five; without the version where tags are create-only.

    https://docs.aws.amazon.com/whitepapers/latest/tagging-best-practices/tagging-best-practices.html
    """

    id = "E9019"

    def judge(self, resource: Resource, template: Template) -> Verdicts:
        """Of types whose schema knows tags."""
        key = tag_property(resource.type)
        if not key:
            return
        fixed = (key,) in create_only(resource.type)
        wanted = set(TAGS) - ({"version"} if fixed else set())
        for place in resource.at(key):
            if place.value is not None and place.undecided:
                yield undecided(place, "what the tags are")
                continue
            names = _names(place.value)
            if missing := sorted(wanted - names):
                yield place.path, f"tags are missing: {', '.join(missing)}; use kit.tags"
            if fixed and "version" in names:
                yield place.path, "a version tag replaces this resource at every upgrade; use kit.fixed_tags"


def _names(tags: Any) -> set[str]:
    if isinstance(tags, Mapping):
        return {str(name) for name in tags}
    return {str(tag.get("Key")) for tag in tags or () if isinstance(tag, Mapping) and not is_intrinsic(tag)}
