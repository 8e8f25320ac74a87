"""What the platform hands over is read through contracts, and nobody can redirect it."""

import re
from typing import Any

from cfnlint.rules import RuleMatch

from generators.rules._property_values import leaves
from generators.rules._rule import PlatformRule
from generators.rules._template import Template, is_ssm

_WRITTEN_DOWN = {
    "a dynamic reference to SSM": re.compile(r"\{\{resolve:ssm(-secure)?:"),
    "an account id": re.compile(r"(?<![\w/-])\d{12}(?![\w-])"),
    "a network id": re.compile(r"\b(vpc|subnet|sg|vpce|pl)-[0-9a-f]{8,17}\b"),
    "a contract's path": re.compile(r"^/[a-z0-9-]+/(spoke|hub|studio)/[a-z0-9-]+$"),
}
_FIX = "read it with kit.contract"


class EnvironmentValueComesFromContract(PlatformRule):
    """Facts of an account are neither written into a product nor typed by its user.

    Control 47. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html
    """

    id = "E9025"

    def match(self, cfn: Any) -> list[RuleMatch]:
        """Contracts are locked to their path; everything else holds no fact of an account."""
        template = Template(cfn.template)
        return [*_parameters(template), *_literals(template)]


def _parameters(template: Template) -> list[RuleMatch]:
    found = []
    for name, it in template.parameters.items():
        path, default = ["Parameters", name], it.get("Default")
        if is_ssm(it) and default is None:
            found.append(RuleMatch(path, f"cannot decide: which SSM parameter it reads; {_FIX}"))
        elif is_ssm(it) and it.get("AllowedValues") != [default]:
            found.append(RuleMatch(path, f"a user may point it elsewhere; {_FIX}, which allows the path only"))
    return found


def _literals(template: Template) -> list[RuleMatch]:
    """Strings below Resources; the Name under which a product hands its own value over is a path by right."""
    found = []
    for resource in template.resources():
        for path, value in leaves(resource.raw.get("Properties", {})):
            for what, pattern in _WRITTEN_DOWN.items():
                own = (resource.type, path) == ("AWS::SSM::Parameter", ("Name",))
                if isinstance(value, str) and pattern.search(value) and not own:
                    place = ["Resources", resource.name, "Properties", *path]
                    found.append(RuleMatch(place, f"{what} is written into the template; {_FIX}"))
    return found
