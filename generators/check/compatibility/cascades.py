"""What a resource that is replaced by design takes along: resources and exports that contain its name or ARN. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from generators.check.compatibility.change import Change, is_changed_at, values_at
from generators.check.compatibility.deployments import Deployments, Form
from generators.cloudformation.references import references
from generators.cloudformation.update_behavior import is_replaced_by_design, replacing_paths
from generators.release.version import Bump


def cascades(deployments: Deployments) -> Iterator[Change]:
    """Resources that are replaced, and exports that change, with a resource that is replaced by design."""
    replaced = [name for name in _common(deployments) if _is_replaced_by_design(name, deployments)]
    for name in replaced:  # grows while it is read
        for other in sorted(_common(deployments) - {*replaced}):
            resource = deployments.new_resources[other]
            if not _is_replaced_with(name, resource):
                continue
            if is_replaced_by_design(resource["Type"], resource["Properties"], resource["Properties"]):
                replaced.append(other)
            else:
                text = f"{other} ({resource['Type']}) is replaced with {name}, which it names"
                yield Change("replacement", other, text, Bump.MAJOR)
        yield from _exports(name, deployments)


def _common(deployments: Deployments) -> set[str]:
    return deployments.old_resources.keys() & deployments.new_resources.keys()


def _is_replaced_by_design(name: str, deployments: Deployments) -> bool:
    return any(
        is_replaced_by_design(new["Type"], old["Properties"], new["Properties"])
        and any(is_changed_at(old["Properties"], new["Properties"], path) for path in replacing_paths(new["Type"]))
        for old, new in deployments.resources(name)
    )


def _is_replaced_with(name: str, resource: Form) -> bool:
    """Whether a property that cannot change in place contains the name."""
    paths = replacing_paths(resource["Type"])
    return any(name in references(list(values_at(resource["Properties"], path))) for path in paths)


def _exports(name: str, deployments: Deployments) -> Iterator[Change]:
    for output in deployments.names("Outputs"):
        declaration = deployments.declarations("Outputs", output)[1] or {}
        if "Export" in declaration and name in references(declaration.get("Value")):
            text = f"output '{output}' is exported and changes with {name}, which is replaced"
            yield Change("output", output, text, Bump.MAJOR)
