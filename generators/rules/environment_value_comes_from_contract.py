"""Account-specific values in templates."""

import re
from typing import Any

from cfnlint.rules import RuleMatch

from generators.rules._property_values import leaves
from generators.rules._rule import PlatformRule
from generators.rules._template import Template, is_ssm

_LITERALS = {
    "a dynamic reference to SSM": re.compile(r"\{\{resolve:ssm(-secure)?:"),
    "an account id": re.compile(r"(?<![\w/-])\d{12}(?![\w-])"),
    "a network id": re.compile(r"\b(vpc|subnet|sg|vpce|pl)-[0-9a-f]{8,17}\b"),
    "a contract's path": re.compile(r"^/[a-z0-9-]+/(spoke|hub|studio)/[a-z0-9-]+$"),
}
_FIX = "read it with kit.contract"


class EnvironmentValueComesFromContract(PlatformRule):
    """Expect contract parameters to allow their own path only, and no account-specific literals."""

    id = "E9025"
    shortdesc = "Templates must read account-specific values from contracts, not contain them or ask users."
    description = (
        "A value that is written into a product or typed by its user is wrong in other accounts and can be redirected."
    )
    source_url = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/parameters-section-structure.html"
    controls = (47,)
    security_hub_ids = ()

    def match(self, cfn: Any) -> list[RuleMatch]:
        template = Template(cfn.template)
        return [*_parameters(template), *_literals(template)]


def _parameters(template: Template) -> list[RuleMatch]:
    matches = []
    for name, parameter in template.parameters.items():
        path, default = ["Parameters", name], parameter.get("Default")
        if is_ssm(parameter) and default is None:
            matches.append(RuleMatch(path, f"cannot decide: which SSM parameter it reads; {_FIX}"))
        elif is_ssm(parameter) and parameter.get("AllowedValues") != [default]:
            matches.append(RuleMatch(path, f"a user may point it elsewhere; {_FIX}, which allows the path only"))
    return matches


def _literals(template: Template) -> list[RuleMatch]:
    """Strings below Resources; the Name of the product's own SSM parameter may be a path."""
    matches = []
    for resource in template.resources():
        for path, value in leaves(resource.raw.get("Properties", {})):
            for what, pattern in _LITERALS.items():
                own = (resource.type, path) == ("AWS::SSM::Parameter", ("Name",))
                if isinstance(value, str) and pattern.search(value) and not own:
                    full_path = ["Resources", resource.name, "Properties", *path]
                    matches.append(RuleMatch(full_path, f"{what} is written into the template; {_FIX}"))
    return matches
