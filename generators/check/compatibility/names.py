"""Fixed names that move to another logical id. Pure.

CloudFormation creates the new resource before it deletes the old one, and AWS refuses a second one of the same name.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-name.html
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from generators.check.compatibility.change import Change, canonical
from generators.check.compatibility.deployments import Deployments, Form
from generators.cloudformation import resource_schemas
from generators.cloudformation.normal_form import section
from generators.cloudformation.update_behavior import replacing_paths
from generators.release.version import Bump

# What a name is unique in, besides the create-only names and ids of the type.
_SCOPES = {"AWS::IAM::Policy": ("Groups", "Roles", "Users"), "AWS::Scheduler::Schedule": ("GroupName",)}


def names(deployments: Deployments) -> Iterator[Change]:
    """Names of older resources that a resource of another logical id has now."""
    before, after = section(deployments.old, "Resources"), section(deployments.new, "Resources")
    owners: dict[str, list[str]] = {}
    for name, resource in deployments.old_resources.items():
        owners.setdefault(_identity(resource), []).append(name)
    for name, resource in sorted(deployments.new_resources.items()):
        identity = _identity(resource)
        others = owners.get(identity, []) if identity else []
        for owner in others if name not in others else ():
            if deployments.can_meet(before[owner], after[name]):
                text = f"{name} takes the name of {owner}, which exists until the upgrade ends"
                yield Change("replacement", name, text, Bump.MAJOR)


def _identity(resource: Form) -> str:
    """Type and fixed name of a resource as text; "" when AWS or CloudFormation generates the name."""
    required, scope = _name_properties(resource["Type"])
    properties = resource["Properties"]
    if not required or not all(name in properties for name in required):
        return ""
    return canonical([resource["Type"], [properties.get(name) for name in (*required, *scope)]])


@cache
def _name_properties(resource_type: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The properties that are the name, and those in which the name is unique."""
    read_only, identifier = resource_schemas.read_only(resource_type), resource_schemas.identifier(resource_type)
    if identifier and not any(name in read_only or "/" in name for name in identifier):
        return identifier, ()
    last = resource_type.rsplit("::", 1)[-1]
    settable = sorted(resource_schemas.properties(resource_type) - {*read_only})
    own = [name for name in settable if name.endswith("Name") and last.endswith(name.removesuffix("Name"))]
    if not own:
        return (), ()
    scope = [path[0] for path in replacing_paths(resource_type) if len(path) == 1 and path[0].endswith(("Name", "Id"))]
    scope += _SCOPES.get(resource_type, ())
    return (max(own, key=len),), tuple(sorted({*scope} - {max(own, key=len)}))
