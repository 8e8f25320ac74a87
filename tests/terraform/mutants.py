"""Plans that violate a control, as mutants.yaml describes: an address and a change."""

import json
from dataclasses import replace

from generators.terraform_checks.model.plan import Resource

ANYBODY = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}


def broken(plan, mutant):
    """The plan with one resource changed, removed or new. The address must exist, so that each mutant has an effect."""
    if "new" in mutant:
        return replace(plan, resources=(*plan.resources, Resource(mutant["new"], *_new(mutant))))
    assert mutant["at"] in [resource.address for resource in plan.resources], f"the plan has no {mutant['at']}"
    changed = (_changed(each, mutant) if each.address == mutant["at"] else each for each in plan.resources)
    return replace(plan, resources=tuple(resource for resource in changed if resource))


def _new(mutant):
    return mutant["new"].split(".")[-2], mutant.get("set", {})


def _changed(resource, mutant):
    if mutant.get("removed"):
        return None
    values = {**resource.values, **mutant.get("set", {})}
    for key, edit in _EDITS.items():
        if argument := mutant.get(key):
            policy = json.loads(values[argument])
            values[argument] = json.dumps({**policy, "Statement": list(edit(policy["Statement"]))})
    assert values != resource.values, "the mutant changes nothing"
    return replace(resource, values=values)


def _without_conditions(statements):
    return ({name: value for name, value in statement.items() if name != "Condition"} for statement in statements)


_EDITS = {
    "without_conditions": _without_conditions,
    "allows_anybody": lambda statements: (*statements, ANYBODY),
}
