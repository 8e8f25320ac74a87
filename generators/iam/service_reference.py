"""AWS's policy language: services, actions, resource types and ARN formats, from the data that cfn-lint ships."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any


def resource_types(service: str) -> tuple[str, ...]:
    """The resource types that IAM knows of a service, in lower case; () for an unknown service."""
    return tuple(services().get(service, {}).get("Resources", ()))


def acts_on(action: str) -> tuple[str, ...] | None:
    """The resource types of an IAM action, in lower case; () acts on `*` alone, None is no action."""
    service, _, name = action.partition(":")
    found = services().get(service, {}).get("Actions", {}).get(name.lower())
    return None if found is None else tuple(it.lower() for it in found.get("Resources", ()))


def arn_forms(service: str, resource_type: str) -> tuple[str, ...]:
    """The ARNs of a resource type, `.*` for its name; () when AWS tells none."""
    found = services().get(service, {}).get("Resources", {}).get(resource_type, {})
    return tuple(found.get("ARNFormats", ()))


@cache
def services() -> Mapping[str, Any]:
    """AWS's policy language as cfn-lint ships it: service -> Actions (lower case) and Resources."""
    return packaged_data("AdditionalSpecs/Policies.json")


def packaged_data(name: str) -> Mapping[str, Any]:
    """A JSON file of cfn-lint's data folder, such as `AdditionalSpecs/Policies.json`."""
    spec = find_spec("cfnlint")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("cfn-lint, whose schemas are read, is not installed")
    path = Path(spec.submodule_search_locations[0]) / "data" / name
    content: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content
