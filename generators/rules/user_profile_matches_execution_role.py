"""A profile says whose it is, and its role is that of its type."""

from typing import Any

from generators.rules._property_values import PropertyValue, property_values
from generators.rules._rule import PlatformRule, Verdicts, undecided
from generators.rules._template import Resource, Template

ROLES = {
    "developer": "spoke.developer-execution-role-arn",
    "model-approver": "spoke.model-approver-execution-role-arn",
}


class UserProfileMatchesExecutionRole(PlatformRule):
    """A presigned URL is given by the tags of a profile; a developer's profile with the approver's role breaks duties.

    Controls 17, 28. https://docs.aws.amazon.com/sagemaker/latest/dg/studio-tagging.html
    """

    id = "E9020"
    types = ("AWS::SageMaker::UserProfile",)

    def judge(self, resource: Resource, template: Template) -> Verdicts:
        """Tags owner and profile-type, and the role for each type that a user can choose."""
        tags = {tag.get("Key"): tag.get("Value") for tag in _tags(resource)}
        for name in ("owner", "profile-type"):
            if name not in tags:
                yield ("Properties",), f"the profile has no tag {name}; add it, nobody can open the profile without it"
        types = template.possible(tags.get("profile-type"))
        if types is None:
            yield undecided(PropertyValue(("Properties", "Tags"), tags["profile-type"]), "the profile's type")
            return
        roles = resource.raw.get("Properties", {}).get("UserSettings", {}).get("ExecutionRole")
        for kind in types if "profile-type" in tags else ():
            yield from _role(template, kind, _chosen(template, roles, tags["profile-type"], kind))


def _tags(resource: Resource) -> list[dict[str, Any]]:
    found = [place.value for place in resource.at("Tags.*")]
    return [tag for tag in found if isinstance(tag, dict) and "Key" in tag]


def _chosen(template: Template, role: Any, tag: Any, kind: str) -> PropertyValue:
    """The role that a profile of this type gets; not reached when the condition asks something else."""
    path = ("Properties", "UserSettings", "ExecutionRole")
    while isinstance(role, dict) and "Fn::If" in role:
        name, yes, no = role["Fn::If"]
        sides = template.raw.get("Conditions", {}).get(name, {}).get("Fn::Equals", [])
        others = [side for side in sides if side != tag]
        if len(sides) != 2 or len(others) != 1 or not isinstance(others[0], str):
            return PropertyValue(path, {"Fn::If": name}, reached=False)
        role = yes if others[0] == kind else no
    return next(property_values(role, "", path))


def _role(template: Template, kind: str, place: PropertyValue) -> Verdicts:
    wanted = ROLES.get(kind)
    if wanted is None:
        yield place.path, f"there is no profile type {kind}; allow {' and '.join(ROLES)} only"
    elif place.value is not None and not template.contract(place.value) and place.undecided:
        yield undecided(place, f"the execution role of a {kind}")
    elif template.contract(place.value) != wanted:
        yield place.path, f"a {kind} does not get its own execution role; take it from the contract {wanted}"
