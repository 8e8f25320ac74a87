"""Nested stacks, includes and macros."""

from collections.abc import Iterator
from typing import Any

from cfnlint.rules import RuleMatch

from generators.rules._property_values import Path
from generators.rules._rule import PlatformRule
from generators.rules._template import Template

_NESTED = ("AWS::CloudFormation::Stack", "AWS::CloudFormation::StackSet", "AWS::CloudFormation::Macro")
_INCLUDE = "AWS::Include"


class NoNestedStacksOrMacros(PlatformRule):
    """Refuse nested stacks and includes; report other transforms as undecidable."""

    id = "E9047"
    shortdesc = "Templates must not use nested stacks, stack sets, includes or macros."
    description = "The template bucket is locked, but these load content from elsewhere at launch."
    source_url = "https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/transform-aws-include.html"
    controls = (44,)
    security_hub_ids = ()

    def match(self, cfn: Any) -> list[RuleMatch]:
        raw = cfn.template
        nested = [
            RuleMatch(["Resources", stack.name], f"{stack.type} launches what was not frozen; put its resources here")
            for stack in Template(raw).resources(*_NESTED)
        ]
        return nested + [RuleMatch(list(path), _message(name)) for path, name in _transforms(raw)]


def _message(name: str) -> str:
    if name == _INCLUDE:
        return f"{name} brings in what was not frozen; write the part itself into template.py"
    return f"cannot decide: what {name} makes of the template; write the resources themselves"


def _transforms(value: Any, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Path and name of every transform, of the whole template or of a part of it."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key.startswith("Fn::ForEach::"):
                yield (*path, key), key
            if key == "Fn::Transform" or (key == "Transform" and not path):
                for transform in inner if isinstance(inner, list) else [inner]:
                    yield (*path, key), str(transform.get("Name") if isinstance(transform, dict) else transform)
            yield from _transforms(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _transforms(inner, (*path, index))
