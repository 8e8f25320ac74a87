"""References between the resources of a template. Pure.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generators.cloudformation.intrinsics import Interpreter
from generators.cloudformation.template_format import declarations

Edges = Mapping[str, frozenset[str]]  # resource -> the resources that it refers to
# Types that only configure the resource that this property names.
_OWNER_PROPERTY = {
    "AWS::EC2::SecurityGroupEgress": "GroupId",
    "AWS::EC2::SecurityGroupIngress": "GroupId",
    "AWS::IAM::Policy": "Roles",
    "AWS::Lambda::Permission": "FunctionName",
    "AWS::S3::BucketPolicy": "Bucket",
    "AWS::SNS::TopicPolicy": "Topics",
}


class ReferenceCollector(Interpreter):
    """Collects the names to which Ref, Fn::GetAtt and Fn::Sub refer; DependsOn is an order, not a reference."""

    def __init__(self) -> None:
        self.names: list[str] = []  # of parameters and resources

    def ref(self, name: str) -> None:
        """Add the name."""
        self.names.append(name)

    def get_att(self, resource: str, _attribute: Any) -> None:
        """Add the resource."""
        self.names.append(resource)


def references(value: Any) -> frozenset[str]:
    """The names of parameters and resources to which a value refers."""
    collector = ReferenceCollector()
    collector.evaluate(value)
    return frozenset(collector.names)


class _PictureReferences(ReferenceCollector):
    """In a picture a local variable of Fn::Sub that is named like a resource stands for the resource."""

    def sub(self, text: str, _variables: Mapping[str, Any]) -> None:
        super().sub(text, {})


def _picture_references(value: Any) -> list[str]:
    collector = _PictureReferences()
    collector.evaluate(value)
    return collector.names


def edges(template: Mapping[str, Any]) -> Edges:
    """References between the resources; a resource that only configures another one counts as a part of its owner.

    Such a part adds no reference to a resource that itself refers to the owner, for example from the policy of a topic
    to the rules that publish to it.
    """
    resources = declarations(template, "Resources")
    owner = {name: _owner(name, resource, resources) for name, resource in resources.items()}
    targets: dict[str, set[str]] = {name: set() for name in resources if owner[name] == name}
    for name, resource in resources.items():
        own, others = owner[name], {owner[other] for other in _picture_references(resource) if other in resources}
        targets[own] |= {other for other in others if own == name or own not in _picture_references(resources[other])}
    return {name: frozenset(others - {name}) for name, others in targets.items()}


def _owner(name: str, resource: Mapping[str, Any], resources: Mapping[str, Any]) -> str:
    value = resource.get("Properties", {}).get(_OWNER_PROPERTY.get(resource["Type"], ""))
    return next((other for other in _picture_references(value) if other in resources), name)
