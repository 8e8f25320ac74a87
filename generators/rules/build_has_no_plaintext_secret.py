"""Secrets in CodeBuild projects."""

import re
from typing import Any

from generators.rules._property_values import PropertyValue, is_intrinsic
from generators.rules._rule import PlatformRule, Problems, unresolved
from generators.rules._template import Resource, Template

_SECRET = re.compile(r"secret|passw|token|credential|api_?key|access_?key|private_?key", re.IGNORECASE)
_REFERENCE_TYPES = ("PARAMETER_STORE", "SECRETS_MANAGER")
_USER_IN_URL = re.compile(r"://[^/@]+@")


class BuildHasNoPlaintextSecret(PlatformRule):
    """Check variables that are named like a secret, and addresses that contain a user."""

    id = "E9041"
    shortdesc = "Build projects must refer to secrets, not contain them."
    description = "Everybody who can view a project reads its variables and its source address; so do its logs."
    source_url = "https://docs.aws.amazon.com/securityhub/latest/userguide/codebuild-controls.html"
    controls = (66,)
    security_hub_ids = ("CodeBuild.1", "CodeBuild.2")
    types = ("AWS::CodeBuild::Project",)

    def evaluate(self, resource: Resource, template: Template) -> Problems:
        for prop in resource.at("Environment.EnvironmentVariables.*"):
            if not prop.missing:
                yield from _variable(template, prop)
        for property_path in ("Source.Location", "SecondarySources.*.Location"):
            for prop in resource.at(property_path):
                if _USER_IN_URL.search(str(prop.value)):
                    yield prop.path, "the address carries credentials; use a connection (CodeConnections) instead"


def _variable(template: Template, prop: PropertyValue) -> Problems:
    name: Any = None if prop.unresolved else prop.properties().get("Name")
    if name is None or is_intrinsic(name):
        yield unresolved(prop if prop.unresolved else PropertyValue((*prop.path, "Name"), name), "the variable's name")
        return
    variable_type = prop.value.get("Type", "PLAINTEXT")
    if not _SECRET.search(str(name)):
        return
    if template.possible_values(variable_type) is None:
        yield unresolved(PropertyValue((*prop.path, "Type"), variable_type), f"the type of {name}")
    elif not set(template.possible_values(variable_type) or ()) <= set(_REFERENCE_TYPES):
        yield prop.path, f"{name} is there for everybody to read; set its Type to {' or '.join(_REFERENCE_TYPES)}"
