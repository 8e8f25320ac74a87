"""Tags and execution role of Studio user profiles."""

from collections.abc import Mapping
from typing import Any

from generators.cloudformation.intrinsics import function_call
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
        roles = [settings.item("ExecutionRole") for settings in resource.at("UserSettings")]
        for profile_type in types if "profile-type" in tags else ():
            for role in roles:
                prop = _execution_role(template, role, tags["profile-type"], profile_type)
                yield from _problems(template, profile_type, prop)


def _tags(resource: Resource) -> list[Mapping[str, Any]]:
    values = [prop.value for prop in resource.at("Tags.*")]
    return [tag for tag in values if isinstance(tag, Mapping) and isinstance(tag.get("Key"), str)]


def _execution_role(template: Template, role: PropertyValue, tag: Any, profile_type: str) -> PropertyValue:
    """The role of a profile of this type; not reached when the condition depends on something else."""
    match function_call(role.value):
        case "Fn::If", [name, if_true, if_false]:
            sought = _compared_type(template, name, tag)
            if not sought:
                return PropertyValue(role.path, {"Fn::If": name}, reached=False)
            branch = PropertyValue(role.path, if_true if sought == profile_type else if_false)
            return _execution_role(template, branch, tag, profile_type)
    return next(property_values(role.value, "", role.path))


def _compared_type(template: Template, condition: Any, tag: Any) -> str:
    """The text that a condition compares with the tag's value, "" when it compares something else."""
    match function_call(template.condition(condition)):
        case "Fn::Equals", [first, second] if tag in (first, second):
            other = second if first == tag else first
            return other if isinstance(other, str) else ""
    return ""


def _problems(template: Template, profile_type: str, prop: PropertyValue) -> Problems:
    contract = ROLES.get(profile_type)
    if contract is None:
        yield prop.path, f"there is no profile type {profile_type}; allow {' and '.join(ROLES)} only"
    elif prop.value is not None and not template.contract(prop.value) and prop.unresolved:
        yield unresolved(prop, f"the execution role of a {profile_type}")
    elif template.contract(prop.value) != contract:
        yield prop.path, f"a {profile_type} does not get its own execution role; take it from the contract {contract}"
