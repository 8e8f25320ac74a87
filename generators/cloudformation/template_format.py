"""The format of a template: what CloudFormation refuses before it looks at a resource type. Pure.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/template-anatomy.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Template = Mapping[str, Any]
_SECTIONS = ("Conditions", "Mappings", "Metadata", "Outputs", "Parameters", "Resources", "Rules")


def declarations(template: Template, section: str) -> dict[str, Mapping[str, Any]]:
    """Name -> declaration of a section, without the entries of macros."""
    return {name: value for name, value in template.get(section, {}).items() if not is_macro(name)}


def parameter_labels(template: Template) -> dict[str, str]:
    """Parameter -> the label that the console shows for it.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-cloudformation-interface.html
    """
    interface = template.get("Metadata", {}).get("AWS::CloudFormation::Interface")
    labels = interface.get("ParameterLabels") if isinstance(interface, Mapping) else None
    entries = labels.items() if isinstance(labels, Mapping) else ()
    return {name: str(label["default"]) for name, label in entries if isinstance(label, Mapping) and "default" in label}


def loops(template: Template) -> list[str]:
    """The keys of the section Resources that a transform replaces by resources, such as Fn::ForEach::Topics.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-foreach.html
    """
    return [name for name in template.get("Resources", {}) if is_macro(name)]


def is_macro(name: str) -> bool:
    """True for a key that a transform replaces by declarations."""
    return name.startswith("Fn::")


def problems(template: Any) -> Iterator[str]:
    """`place: what; what to do` for each part that is no template."""
    if not isinstance(template, Mapping):
        yield "the template: is no object; write an object with Resources"
        return
    for section in _SECTIONS:
        if not isinstance(template.get(section, {}), Mapping):
            yield f"{section}: is no object; write names and declarations"
            return
    if not template.get("Resources"):
        yield "Resources: CloudFormation refuses a template without resources; add one"
    yield from _missing_keys(template, "Resources", "Type")
    yield from _missing_keys(template, "Parameters", "Type")
    yield from _missing_keys(template, "Outputs", "Value")
    for name, resource in declarations(template, "Resources").items():
        yield from _resource_problems(f"Resources.{name}", resource)
    for place in _nulls(template, ""):
        yield f"{place}: CloudFormation refuses null; write a value or leave the key out"


def _missing_keys(template: Template, section: str, key: str) -> Iterator[str]:
    for name, declaration in declarations(template, section).items():
        value = declaration.get(key) if isinstance(declaration, Mapping) else None
        is_right = isinstance(value, str) if key == "Type" else isinstance(declaration, Mapping) and key in declaration
        if not is_right:
            yield f"{section}.{name}: has no {key}; add it"


def _resource_problems(place: str, resource: Any) -> Iterator[str]:
    if not isinstance(resource, Mapping):
        return
    for key in ("Properties", "Metadata"):
        if not isinstance(resource.get(key, {}), Mapping | None):
            yield f"{place}.{key}: is no object; write names and values"
    names = resource.get("DependsOn", [])
    if not all(isinstance(name, str) for name in (names if isinstance(names, list) else [names])):
        yield f"{place}.DependsOn: is no logical id; write one, or a list of them"


def _nulls(value: Mapping[str, Any] | list[Any], place: str) -> Iterator[str]:
    for key, inner in value.items() if isinstance(value, Mapping) else enumerate(value):
        where = f"{place}.{key}" if place else str(key)
        if inner is None:
            yield where
        elif isinstance(inner, Mapping | list):
            yield from _nulls(inner, where)
