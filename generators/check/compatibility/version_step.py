"""The smallest semantic version step between two templates, with reasons. Pure.

A version tells its users the cost of an upgrade: MAJOR may break or lose something, MINOR adds something, PATCH is
everything else. Product name and version number of the release itself are not compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from generators.check.compatibility.cascades import cascades
from generators.check.compatibility.change import Change, Template, canonical
from generators.check.compatibility.deployments import Deployments
from generators.check.compatibility.iam_permissions import policies
from generators.check.compatibility.names import names
from generators.check.compatibility.openings import openings
from generators.check.compatibility.outputs import outputs
from generators.check.compatibility.parameters import parameters, rules
from generators.check.compatibility.resources import resources
from generators.check.compatibility.security import security
from generators.cloudformation.for_each import expanded
from generators.cloudformation.normal_form import section
from generators.cloudformation.property_values import items
from generators.release.version import Bump

_COMPARISONS = (parameters, rules, outputs, resources, cascades, names, security, openings, policies)
_COMPARED_SECTIONS = frozenset({"Parameters", "Rules", "Outputs", "Resources"})


@dataclass(frozen=True, slots=True)
class VersionStep:
    """All changes between two versions; the largest decides."""

    changes: tuple[Change, ...]

    @property
    def bump(self) -> Bump:
        """The smallest step that the changes allow; NONE without changes."""
        return max((change.bump for change in self.changes), default=Bump.NONE)

    @property
    def reasons(self) -> tuple[str, ...]:
        """The changes that prevent a smaller step."""
        return tuple(change.text for change in self.changes if change.bump is self.bump)


def version_step(previous: Template, new: Template) -> VersionStep:
    """Compare one frozen template with the next; values that are only written differently are no change."""
    deployments = Deployments(_comparable(previous), _comparable(new))
    changes = [change for compare in _COMPARISONS for change in compare(deployments)]
    return VersionStep(tuple(dict.fromkeys((*changes, *_other_sections(deployments)))))


def is_same_text(previous: Template, new: Template) -> bool:
    """Whether two templates differ in nothing but their own product name and version number."""
    return _without_release(previous) == _without_release(new)


def _comparable(template: Template) -> Template:
    """The template without its release, with loops written out and with an object for each declaration.

    `catalog render` refuses other shapes; a version that an older release has frozen may have them.
    """
    loops_written_out: dict[str, Any] = expanded(_without_release(template), section(template, "Parameters"))
    declarations = {
        name: {key: _declaration(entry, attribute) for key, entry in section(loops_written_out, name).items()}
        for name, attribute in (("Parameters", "Type"), ("Resources", "Type"), ("Outputs", "Value"))
    }
    return loops_written_out | declarations


def _declaration(entry: Any, attribute: str) -> Mapping[str, Any]:
    declaration = dict(entry) if isinstance(entry, Mapping) else {attribute: entry}
    if attribute == "Type" and not isinstance(declaration.get("Type"), str):
        declaration["Type"] = canonical(declaration.get("Type"))
    return declaration


def _other_sections(deployments: Deployments) -> Iterator[Change]:
    """Changes in sections without an effect on users, and macros, whose effect a comparison cannot know."""
    old, new = deployments.old, deployments.new
    if _macros(old) != _macros(new):
        yield Change("template", "Transform", "a macro can change every resource, and there is another one", Bump.MAJOR)
    for name in sorted({*old, *new} - _COMPARED_SECTIONS):
        if deployments.forms[0].text(old.get(name)) != deployments.forms[1].text(new.get(name)):
            yield Change("template", name, f"section {name} changes", Bump.PATCH)


def _macros(template: Template) -> str:
    """The macros that process a template; AWS::LanguageExtensions is read like the rest of the template."""
    macros = [*items(template.get("Transform", [])), *items(template.get("Fn::Transform", []))]
    return canonical([macro for macro in macros if macro != "AWS::LanguageExtensions"])


def _without_release(template: Template) -> dict[str, Any]:
    """The template without its own product name and version number, which differ in every release."""
    metadata = dict(section(template, "Metadata"))
    platform = dict(section(metadata, "Platform"))
    version = platform.pop("Version", None)
    platform.pop("Product", None)
    clean: dict[str, Any] = _without_version_tags(
        dict(template) | {"Metadata": metadata | {"Platform": platform}}, version
    )
    return clean


def _without_version_tags(value: Any, version: str | None, in_tags: bool = False) -> Any:
    if isinstance(value, dict):
        return {key: _without_version_tags(inner, version, in_tags or key == "Tags") for key, inner in value.items()}
    if isinstance(value, list):
        return [_without_version_tags(inner, version, in_tags) for inner in value]
    return "its version" if in_tags and value == version else value
