"""Builds are privileged for making images only."""

import re

from generators.rules._property_values import PropertyValue, is_intrinsic
from generators.rules._rule import PlatformRule, Verdicts, undecided
from generators.rules._template import Resource, Template

_MAKES_IMAGES = re.compile(r"\b(docker|buildah|podman)\s+(buildx\s+)?(build|bud)\b")


class BuildIsNotPrivileged(PlatformRule):
    """A privileged build is root on its host; only the daemon that makes images needs that.

    Control 66. https://docs.aws.amazon.com/codebuild/latest/APIReference/API_ProjectEnvironment.html
    """

    id = "E9043"
    types = ("AWS::CodeBuild::Project",)

    def judge(self, resource: Resource, template: Template) -> Verdicts:
        """Whether it makes images is seen in its own commands; those in a repository are whatever the team writes."""
        for place in resource.at("Environment.PrivilegedMode"):
            possible = template.possible(place.value) if place.reached else None
            if place.missing or possible == ("false",):
                continue
            if possible is None:
                yield undecided(place, "PrivilegedMode")
            else:
                yield from _commands(resource, place)


def _commands(resource: Resource, privileged: PropertyValue) -> Verdicts:
    for place in resource.at("Source.BuildSpec"):
        text = place.value.get("Fn::Sub", place.value) if isinstance(place.value, dict) else place.value
        text = text[0] if isinstance(text, list) else text
        if is_intrinsic(text):
            yield undecided(place, "what the build does")
        elif not _MAKES_IMAGES.search(str(text)):
            fix = "set PrivilegedMode to false, or write the commands that make the image into BuildSpec"
            yield privileged.path, f"the build is privileged and makes no image that can be seen here; {fix}"
