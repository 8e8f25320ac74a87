"""Every module's life on the embedded AWS, all of them in one go: from nothing to nothing."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.terraform.estate import HERE, Estate, Said, case, owner

CASES = {path.parent.name: path for path in HERE.glob("*/apply.tfvars.json")}


@dataclass(frozen=True)
class Life:
    """What Terraform said and held; `state`: all of it, `values`: module -> address inside it -> what it is."""

    applied: Said
    state: dict[str, Any]
    values: dict[str, dict[str, dict[str, Any]]]
    planned: Said
    destroyed: Said
    left: dict[str, list[str]]


def live(estate: Estate) -> Life:
    """Apply, plan, destroy."""
    around = [path for path in (HERE / "around.tf", *HERE.glob("*/around.tf")) if path.exists()]
    root = estate.write("modules", {name: case(path, name) for name, path in CASES.items()}, *around)
    applied = root.says("apply", "-auto-approve")
    state = json.loads(root.run("show", "-json"))
    values: dict[str, dict[str, dict[str, Any]]] = {}
    for resource in resources(state["values"]["root_module"]):
        module = owner(resource["address"])
        inside = resource["address"].removeprefix(f"module.{module}.")
        values.setdefault(module, {})[inside] = resource["values"]
    return Life(applied, state, values, root.says("plan"), root.says("destroy", "-auto-approve"), root.resources())


def resources(module: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What the module and those below it manage."""
    yield from (it for it in module.get("resources", []) if it["mode"] == "managed")
    for child in module.get("child_modules", []):
        yield from resources(child)
