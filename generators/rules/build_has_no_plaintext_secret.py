"""Builds are told where a secret is, never the secret."""

import re
from typing import Any

from generators.rules._property_values import PropertyValue, is_intrinsic
from generators.rules._rule import PlatformRule, Verdicts, undecided
from generators.rules._template import Resource, Template

_SECRET = re.compile(r"secret|passw|token|credential|api_?key|access_?key|private_?key", re.IGNORECASE)
_REFERENCES = ("PARAMETER_STORE", "SECRETS_MANAGER")
_USER_IN_ADDRESS = re.compile(r"://[^/@]+@")


class BuildHasNoPlaintextSecret(PlatformRule):
    """Whoever may look at a project reads its variables and its source's address, and so does every log of it.

    Control 66 [CodeBuild.1, CodeBuild.2].
    https://docs.aws.amazon.com/securityhub/latest/userguide/codebuild-controls.html
    """

    id = "E9041"
    types = ("AWS::CodeBuild::Project",)

    def judge(self, resource: Resource, template: Template) -> Verdicts:
        """Variables that are named like a secret, and addresses that carry a user."""
        for place in resource.at("Environment.EnvironmentVariables.*"):
            if not place.missing:
                yield from _variable(template, place)
        for route in ("Source.Location", "SecondarySources.*.Location"):
            for place in resource.at(route):
                if _USER_IN_ADDRESS.search(str(place.value)):
                    yield place.path, "the address carries credentials; use a connection (CodeConnections) instead"


def _variable(template: Template, place: PropertyValue) -> Verdicts:
    name: Any = None if place.undecided else place.value.get("Name")
    if name is None or is_intrinsic(name):
        yield undecided(place if place.undecided else PropertyValue((*place.path, "Name"), name), "the variable's name")
        return
    kind = place.value.get("Type", "PLAINTEXT")
    if not _SECRET.search(str(name)):
        return
    if template.possible(kind) is None:
        yield undecided(PropertyValue((*place.path, "Type"), kind), f"the type of {name}")
    elif not set(template.possible(kind) or ()) <= set(_REFERENCES):
        yield place.path, f"{name} is there for everybody to read; set its Type to {' or '.join(_REFERENCES)}"
