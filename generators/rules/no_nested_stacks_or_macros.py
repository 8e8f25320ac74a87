"""What was frozen is all that is launched."""

from collections.abc import Iterator
from typing import Any

from cfnlint.rules import RuleMatch

from generators.rules._property_values import Path
from generators.rules._rule import PlatformRule
from generators.rules._template import Template

_NESTED = ("AWS::CloudFormation::Stack", "AWS::CloudFormation::StackSet", "AWS::CloudFormation::Macro")
_INCLUDE = "AWS::Include"


class NoNestedStacksOrMacros(PlatformRule):
    """The template bucket is locked, but a nested stack, an include or a macro would bring in what is not in it.

    Control 44. https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/transform-aws-include.html
    """

    id = "E9047"

    def match(self, cfn: Any) -> list[RuleMatch]:
        """Nested stacks and includes are refused; what another transform makes of the template nobody can say here."""
        raw = cfn.template
        found = [
            RuleMatch(["Resources", it.name], f"{it.type} launches what was not frozen; put its resources here")
            for it in Template(raw).resources(*_NESTED)
        ]
        return found + [RuleMatch(list(path), _message(name)) for path, name in _transforms(raw)]


def _message(name: str) -> str:
    if name == _INCLUDE:
        return f"{name} brings in what was not frozen; write the part itself into template.py"
    return f"cannot decide: what {name} makes of the template; write the resources themselves"


def _transforms(value: Any, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Every transform by its place: of the whole template, or of a part of it."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key == "Fn::Transform" or (key == "Transform" and not path):
                for one in inner if isinstance(inner, list) else [inner]:
                    yield (*path, key), str(one.get("Name") if isinstance(one, dict) else one)
            yield from _transforms(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _transforms(inner, (*path, index))
