"""Outputs that are added, removed or changed. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from generators.check.compatibility.change import Change
from generators.check.compatibility.deployments import Declaration, Deployments, Pair
from generators.release.version import Bump


def outputs(deployments: Deployments) -> Iterator[Change]:
    """Every difference in the section Outputs."""
    for name in deployments.names("Outputs"):
        before, after = deployments.declarations("Outputs", name)
        if after is None:
            yield Change("output", name, f"output '{name}' is removed", Bump.MAJOR)
        elif before is None:
            yield Change("output", name, f"output '{name}' is new", Bump.MINOR)
        else:
            yield from _changed(name, deployments, before, after)


def _changed(name: str, deployments: Deployments, before: Declaration, after: Declaration) -> Iterator[Change]:
    existence = tuple(form.existence(side) for form, side in zip(deployments.forms, (before, after), strict=True))
    if deployments.may_be_missing(before, after):
        yield Change("output", name, f"output '{name}' may be absent now", Bump.MAJOR)
    elif repr(existence[0]) != repr(existence[1]):
        yield Change("output", name, f"output '{name}' depends on another condition", Bump.PATCH)
    for pair in deployments.outputs(name):
        yield _changed_pair(name, pair)


def _changed_pair(name: str, pair: Pair) -> Change:
    """A change that the stacks which import an output cannot follow makes CloudFormation refuse the update.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-stack-exports.html
    """
    old, new = pair
    if "Export" in old and old["Export"] != new.get("Export"):
        return Change("output", name, f"output '{name}' is no longer exported under its name", Bump.MAJOR)
    if "Export" in old and old.get("Value") != new.get("Value"):
        text = f"output '{name}' is exported and has another value, which CloudFormation refuses while it is imported"
        return Change("output", name, text, Bump.MAJOR)
    if "Export" in new and "Export" not in old:
        return Change("output", name, f"output '{name}' is exported now", Bump.MINOR)
    return Change("output", name, f"output '{name}' has another value or description", Bump.PATCH)
