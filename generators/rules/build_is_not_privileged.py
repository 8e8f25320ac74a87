"""Privileged mode of CodeBuild projects."""

import re

from generators.rules._property_values import PropertyValue, literal_text
from generators.rules._rule import PlatformRule, Problems, unresolved
from generators.rules._template import Resource, Template

_IMAGE_BUILD = re.compile(r"\b(docker|buildah|podman)\s+(buildx\s+)?(build|bud)\b")


class BuildIsNotPrivileged(PlatformRule):
    """Look for image builds in the project's own commands; commands in a repository are the team's and do not count."""

    id = "E9043"
    shortdesc = "Build projects must not be privileged unless they build container images."
    description = "A privileged build is root on its host; only the Docker daemon needs that."
    source_url = "https://docs.aws.amazon.com/codebuild/latest/APIReference/API_ProjectEnvironment.html"
    controls = (66,)
    security_hub_ids = ("CodeBuild.2", "CodeBuild.3", "CodeBuild.4")
    types = ("AWS::CodeBuild::Project",)

    def evaluate(self, resource: Resource, template: Template) -> Problems:
        for prop in resource.at("Environment.PrivilegedMode"):
            possible = template.possible_values(prop.value) if prop.reached else None
            if prop.missing or possible == ("false",):
                continue
            if possible is None:
                yield unresolved(prop, "PrivilegedMode")
            else:
                yield from _commands(resource, prop)


def _commands(resource: Resource, privileged: PropertyValue) -> Problems:
    for prop in resource.at("Source.BuildSpec"):
        text = literal_text(prop.value) or ""
        if prop.unresolved and not text:
            yield unresolved(prop, "what the build does")
        elif not _IMAGE_BUILD.search(text):
            fix = "set PrivilegedMode to false, or write the commands that make the image into BuildSpec"
            yield privileged.path, f"the build is privileged and makes no image that can be seen here; {fix}"
