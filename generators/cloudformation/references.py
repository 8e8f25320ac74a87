"""Which resource of a template refers to which other. Pure.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

Edges = Mapping[str, frozenset[str]]  # resource -> those that it refers to
_IN_TEXT = re.compile(r"\$\{(\w+)")
# Types that say something of the one resource that they name here, and are no thing of their own.
_DETAILS = {
    "AWS::EC2::SecurityGroupEgress": "GroupId",
    "AWS::EC2::SecurityGroupIngress": "GroupId",
    "AWS::IAM::Policy": "Roles",
    "AWS::Lambda::Permission": "FunctionName",
    "AWS::S3::BucketPolicy": "Bucket",
    "AWS::SNS::TopicPolicy": "Topics",
}


def edges(template: Mapping[str, Any]) -> Edges:
    """Every drawn resource with what it refers to; a detail's references are those of what it belongs to.

    A detail that names a user of its owner turns no arrow round: a topic's policy names the rules that publish.
    """
    resources = template["Resources"]
    owner = {name: _owner(name, it, resources) for name, it in resources.items()}
    found: dict[str, set[str]] = {name: set() for name in resources if owner[name] == name}
    for name, it in resources.items():
        others = {owner[other] for other in references(it) if other in resources}
        found[owner[name]] |= {it for it in others if owner[name] == name or not _uses(resources[it], owner[name])}
    return {name: frozenset(others - {name}) for name, others in found.items()}


def references(value: Any) -> Iterator[str]:
    """The names that Ref, GetAtt and Sub mean, parameters among them; DependsOn is order and no use."""
    if isinstance(value, list):
        for inner in value:
            yield from references(inner)
    if not isinstance(value, Mapping):
        return
    for key, inner in value.items():
        match key, inner:
            case "Ref", str():
                yield inner
            case "Fn::GetAtt", _:
                yield inner[0] if isinstance(inner, list) else inner.partition(".")[0]
            case "Fn::Sub", _:
                yield from _IN_TEXT.findall(inner if isinstance(inner, str) else inner[0])
        yield from references(inner)


def _uses(resource: Mapping[str, Any], name: str) -> bool:
    return name in references(resource)


def _owner(name: str, resource: Mapping[str, Any], resources: Mapping[str, Any]) -> str:
    place = resource.get("Properties", {}).get(_DETAILS.get(resource["Type"], ""))
    return next((other for other in references(place) if other in resources), name)
