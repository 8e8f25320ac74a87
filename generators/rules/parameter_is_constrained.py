"""Constraints of user parameters."""

from collections.abc import Mapping
from typing import Any

from cfnlint.rules import RuleMatch

from generators.rules._property_values import property_values
from generators.rules._rule import PlatformRule, Problems
from generators.rules._template import Template, is_ssm

_LIMITS = {
    "Number": ({"AllowedValues"}, {"MinValue", "MaxValue"}),
    "String": ({"AllowedValues"}, {"AllowedPattern"}),
    "CommaDelimitedList": ({"AllowedValues"}, {"AllowedPattern"}),
}
_MAX_PARAMETERS = 5
_INTERFACE = "AWS::CloudFormation::Interface"


class ParameterIsConstrained(PlatformRule):
    """Check parameters that users see; E9025 checks contracts."""

    id = "E9024"
    shortdesc = "Parameters must be limited, described and labelled; a product has at most five."
    description = "Users must not be able to weaken security by what they type."
    source_url = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html"
    controls = (43,)
    security_hub_ids = ()

    def match(self, cfn: Any) -> list[RuleMatch]:
        template = Template(cfn.template)
        visible = {name: value for name, value in template.parameters.items() if not is_ssm(value)}
        labels = next(property_values(template.raw.get("Metadata"), f"{_INTERFACE}.ParameterLabels")).value
        matches = [
            RuleMatch(["Parameters", name, *path], message)
            for name, parameter in visible.items()
            for path, message in _problems(parameter, isinstance(labels, Mapping) and name in labels)
        ]
        if len(visible) > _MAX_PARAMETERS:
            matches.append(
                RuleMatch(["Parameters"], f"{len(visible)} parameters are asked; ask at most {_MAX_PARAMETERS}")
            )
        return matches


def _problems(parameter: Mapping[str, Any], labelled: bool) -> Problems:
    parameter_type = str(parameter.get("Type"))
    if parameter_type not in _LIMITS:
        yield (
            ("Type",),
            f"cannot decide: whether any {parameter_type} is safe; use String with AllowedValues or a contract",
        )
    elif not any(limits <= set(parameter) for limits in _LIMITS[parameter_type]):
        yield (
            (),
            f"anything can be typed; set {' or '.join(' and '.join(sorted(keys)) for keys in _LIMITS[parameter_type])}",
        )
    if not parameter.get("Description"):
        yield (), "the user is not told what it means; set Description"
    if not labelled:
        yield (), "the user sees the technical name; give it a label with kit.add_parameter"
