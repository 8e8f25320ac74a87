"""Apply, plan and destroy of every module on the embedded AWS, all in one root module."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.terraform.root_module import HERE, CommandEvents, RootModule, case, owner

CASES = {path.parent.name: path for path in HERE.glob("*/apply.tfvars.json")}


@dataclass(frozen=True)
class Lifecycle:
    """Events and states: `state` is the whole state, `values` maps module to address in the module to values."""

    applied: CommandEvents
    state: dict[str, Any]
    values: dict[str, dict[str, dict[str, Any]]]
    planned: CommandEvents
    destroyed: CommandEvents
    remaining: dict[str, list[str]]


def run_lifecycle(terraform: RootModule) -> Lifecycle:
    """Apply, plan, destroy."""
    prerequisites = (HERE / "prerequisites.tf", *HERE.glob("*/prerequisites.tf"))
    root = terraform.write("modules", {name: case(path, name) for name, path in CASES.items()}, *prerequisites)
    applied = root.events("apply", "-auto-approve")
    state = json.loads(root.run("show", "-json"))
    values: dict[str, dict[str, dict[str, Any]]] = {}
    for resource in resources(state["values"]["root_module"]):
        module = owner(resource["address"])
        inside = resource["address"].removeprefix(f"module.{module}.")
        values.setdefault(module, {})[inside] = resource["values"]
    return Lifecycle(
        applied, state, values, root.events("plan"), root.events("destroy", "-auto-approve"), root.resources()
    )


def resources(module: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Managed resources of the module and its child modules."""
    yield from (resource for resource in module.get("resources", []) if resource["mode"] == "managed")
    for child in module.get("child_modules", []):
        yield from resources(child)
