"""What a user may type is narrow, and said."""

from typing import Any

from cfnlint.rules import RuleMatch

from generators.rules._rule import PlatformRule, Verdicts
from generators.rules._template import Template, is_ssm

_LIMITS = {
    "Number": ({"AllowedValues"}, {"MinValue", "MaxValue"}),
    "String": ({"AllowedValues"}, {"AllowedPattern"}),
    "CommaDelimitedList": ({"AllowedValues"}, {"AllowedPattern"}),
}
_MOST = 5
_INTERFACE = "AWS::CloudFormation::Interface"


class ParameterIsConstrained(PlatformRule):
    """Nobody weakens security by what they type: each parameter is limited, described, labelled; five at most.

    Control 43. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
    """

    id = "E9024"

    def match(self, cfn: Any) -> list[RuleMatch]:
        """Parameters that users see; contracts are E9025."""
        template = Template(cfn.template)
        asked = {name: it for name, it in template.parameters.items() if not is_ssm(it)}
        labels = template.raw.get("Metadata", {}).get(_INTERFACE, {}).get("ParameterLabels", {})
        matches = [
            RuleMatch(["Parameters", name, *path], message)
            for name, parameter in asked.items()
            for path, message in _judge(parameter, name in labels)
        ]
        if len(asked) > _MOST:
            matches.append(RuleMatch(["Parameters"], f"{len(asked)} parameters are asked; ask at most {_MOST}"))
        return matches


def _judge(parameter: dict[str, Any], labelled: bool) -> Verdicts:
    kind = str(parameter.get("Type"))
    if kind not in _LIMITS:
        yield ("Type",), f"cannot decide: whether any {kind} is safe; use String with AllowedValues or a contract"
    elif not any(limits <= set(parameter) for limits in _LIMITS[kind]):
        yield (), f"anything can be typed; set {' or '.join(' and '.join(sorted(it)) for it in _LIMITS[kind])}"
    if not parameter.get("Description"):
        yield (), "the user is not told what it means; set Description"
    if not labelled:
        yield (), "the user sees the technical name; give it a label with kit.add_parameter"
