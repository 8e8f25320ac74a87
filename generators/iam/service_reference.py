"""Services, actions, resource types and ARN formats of IAM, from the data that cfn-lint ships."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from generators.iam.action_names import UNLISTED


def resource_types(service: str) -> tuple[str, ...]:
    """The resource types of a service, in lower case; () for an unknown service."""
    return tuple(services().get(service, {}).get("Resources", ()))


def acts_on(action: str) -> tuple[str, ...] | None:
    """The resource types of an action, in lower case; () when it supports only `*`, None for an unknown action."""
    service, _, name = action.partition(":")
    entry = services().get(service, {}).get("Actions", {}).get(name.lower())
    return None if entry is None else tuple(resource_type.lower() for resource_type in entry.get("Resources", ()))


def arn_forms(service: str, resource_type: str) -> tuple[str, ...]:
    """The ARN formats of a resource type, with `.*` for its name; () when AWS publishes none."""
    entry = services().get(service, {}).get("Resources", {}).get(resource_type, {})
    return tuple(entry.get("ARNFormats", ()))


@cache
def services() -> Mapping[str, Any]:
    """IAM's reference as cfn-lint ships it, and unlisted actions: service -> Actions (lower case) and Resources."""
    reference = packaged_data("AdditionalSpecs/Policies.json")
    for service, _, action in (name.partition(":") for name in UNLISTED):
        reference[service]["Actions"].setdefault(action.lower(), {})
    return reference


def packaged_data(name: str) -> Mapping[str, Any]:
    """A JSON file of cfn-lint's data folder, such as `AdditionalSpecs/Policies.json`."""
    spec = find_spec("cfnlint")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("cfn-lint, whose schemas are read, is not installed")
    path = Path(spec.submodule_search_locations[0]) / "data" / name
    content: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return content
