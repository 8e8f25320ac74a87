"""Plans in which a control is broken: mutants.yaml says at which address, and how."""

import json
from dataclasses import replace

from generators.terraform_checks.plan import Resource

ANYBODY = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}


def broken(plan, mutant):
    """The plan with one resource changed, gone or new; the address must be there, so that no mutant breaks nothing."""
    if "new" in mutant:
        return replace(plan, resources=(*plan.resources, Resource(mutant["new"], *_new(mutant))))
    assert mutant["at"] in [it.address for it in plan.resources], f"the plan has no {mutant['at']}"
    changed = (_changed(it, mutant) if it.address == mutant["at"] else it for it in plan.resources)
    return replace(plan, resources=tuple(it for it in changed if it))


def _new(mutant):
    return mutant["new"].split(".")[-2], mutant.get("set", {})


def _changed(resource, mutant):
    if mutant.get("gone"):
        return None
    values = {**resource.values, **mutant.get("set", {})}
    for way in ("unfenced", "opened"):
        if name := mutant.get(way):
            policy = json.loads(values[name])
            values[name] = json.dumps({**policy, "Statement": list(_WAYS[way](policy["Statement"]))})
    assert values != resource.values, "the mutant is what it was"
    return replace(resource, values=values)


def _unfenced(statements):
    """Conditions are what fences a statement that allows or denies."""
    return ({name: it for name, it in statement.items() if name != "Condition"} for statement in statements)


_WAYS = {"unfenced": _unfenced, "opened": lambda statements: (*statements, ANYBODY)}
