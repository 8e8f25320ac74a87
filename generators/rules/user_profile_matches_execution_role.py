"""Tags and execution role of Studio user profiles."""

from typing import Any

from generators.rules._property_values import PropertyValue, property_values
from generators.rules._rule import PlatformRule, Problems, unresolved
from generators.rules._template import Resource, Template

ROLES = {
    "developer": "spoke.developer-execution-role-arn",
    "model-approver": "spoke.model-approver-execution-role-arn",
}


class UserProfileMatchesExecutionRole(PlatformRule):
    """Check both tags, and the role for each type that a user can choose."""

    id = "E9020"
    shortdesc = "User profiles must have the tags owner and profile-type, and the execution role of their type."
    description = (
        "Presigned URLs are authorized by the profile's tags; a developer with the approver's role breaks separation "
        "of duties."
    )
    source_url = "https://docs.aws.amazon.com/sagemaker/latest/dg/studio-tagging.html"
    controls = (17, 28)
    security_hub_ids = ()
    types = ("AWS::SageMaker::UserProfile",)

    def evaluate(self, resource: Resource, template: Template) -> Problems:
        tags = {tag.get("Key"): tag.get("Value") for tag in _tags(resource)}
        for name in ("owner", "profile-type"):
            if name not in tags:
                yield ("Properties",), f"the profile has no tag {name}; add it, nobody can open the profile without it"
        types = template.possible_values(tags.get("profile-type"))
        if types is None:
            yield unresolved(PropertyValue(("Properties", "Tags"), tags["profile-type"]), "the profile's type")
            return
        roles = resource.raw.get("Properties", {}).get("UserSettings", {}).get("ExecutionRole")
        for profile_type in types if "profile-type" in tags else ():
            yield from _problems(
                template, profile_type, _execution_role(template, roles, tags["profile-type"], profile_type)
            )


def _tags(resource: Resource) -> list[dict[str, Any]]:
    values = [prop.value for prop in resource.at("Tags.*")]
    return [tag for tag in values if isinstance(tag, dict) and "Key" in tag]


def _execution_role(template: Template, role: Any, tag: Any, profile_type: str) -> PropertyValue:
    """The role of a profile of this type; not reached when the condition depends on something else."""
    path = ("Properties", "UserSettings", "ExecutionRole")
    while isinstance(role, dict) and "Fn::If" in role:
        name, if_true, if_false = role["Fn::If"]
        sides = template.raw.get("Conditions", {}).get(name, {}).get("Fn::Equals", [])
        others = [side for side in sides if side != tag]
        if len(sides) != 2 or len(others) != 1 or not isinstance(others[0], str):
            return PropertyValue(path, {"Fn::If": name}, reached=False)
        role = if_true if others[0] == profile_type else if_false
    return next(property_values(role, "", path))


def _problems(template: Template, profile_type: str, prop: PropertyValue) -> Problems:
    contract = ROLES.get(profile_type)
    if contract is None:
        yield prop.path, f"there is no profile type {profile_type}; allow {' and '.join(ROLES)} only"
    elif prop.value is not None and not template.contract(prop.value) and prop.unresolved:
        yield unresolved(prop, f"the execution role of a {profile_type}")
    elif template.contract(prop.value) != contract:
        yield prop.path, f"a {profile_type} does not get its own execution role; take it from the contract {contract}"
