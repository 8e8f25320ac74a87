"""One resource of a template or of a stack: its properties as texts in which `*` stands for what nobody knows. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from generators.cloudformation import arn_formats, resource_schemas
from generators.iam import service_reference

_FIELD = re.compile(r"{([\w/]+)}")


@dataclass(frozen=True, slots=True)
class StackLocation:
    """Where a stack lives: facts in a live account, placeholders in a policy that Terraform fills in."""

    partition: str = "${partition}"
    region: str = "${region}"
    account: str = "${account_id}"
    prefix: str = "${name_prefix}"
    boundary: str = "${permissions_boundary_arn}"
    stack: str = "SC-${account_id}-*"  # the stack's name: Service Catalog gives it
    product: str = ""  # whose stack it is, where a resource carries no tag that says so

    def arn(self, form: str) -> str:
        """An ARN of AWS's copy of the policy language, `.*` still in it."""
        facts = {"${Partition}": self.partition, "${Region}": self.region, "${Account}": self.account}
        for name, value in facts.items():
            form = form.replace(name, value)
        return form


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource. A list is one value or several alternatives; both name everything that is meant."""

    kind: str
    logical: str
    props: Mapping[str, Any]
    place: StackLocation = field(default_factory=StackLocation)
    id: str = ""  # what AWS named it, where that is known

    @property
    def names(self) -> tuple[str, ...]:
        """Its name as ARNs have it: as the template says, as CloudFormation makes it up, or `*` when AWS does."""
        form = arn_formats.name(self.kind)
        if form == "*":
            return (self.id or "*",)
        found = [form]
        for path in _FIELD.findall(form):
            values = strings_at(self.props, *path.split("/")) or (self._made_up(),)
            found = [text.replace(f"{{{path}}}", value) for text in found for value in values]
        return tuple(dict.fromkeys(found))

    @property
    def arns(self) -> tuple[str, ...]:
        """Its own ARNs."""
        service, resource = arn_formats.own(self.kind)
        forms = service_reference.arn_forms(service, resource)
        return tuple(dict.fromkeys(fill_arn(self.place.arn(form), name) for form in forms for name in self.names))

    @property
    def product(self) -> str:
        """Its tag `product`, "" without one; the stack's for a type that takes no tags."""
        name = resource_schemas.tag_property(self.kind)
        if not name:
            return self.place.product
        tags = self.props.get(name, ())
        if isinstance(tags, Mapping):
            return str(tags.get("product", ""))
        return next((str(tag.get("Value", "")) for tag in tags if tag.get("Key") == "product"), "")

    def _made_up(self) -> str:
        """CloudFormation's own name: the stack's, the resource's, something at random."""
        name = re.sub(r"\*+", "*", f"{self.place.stack}-{self.logical}-*")
        return (
            re.sub(r"(?<!{)[A-Z](?![^{]*})", lambda it: it[0].lower(), name) if self.kind in arn_formats.LOWER else name
        )


def fill_arn(form: str, name: str) -> str:
    """The ARN form with a name in it; a name that is an ARN already stays."""
    if name.startswith("arn:"):
        return name
    plain = name.lstrip("/") if "/.*" in form else name  # the name of an SSM parameter begins with the slash
    plain = plain.removeprefix(form.split(":")[-1].removesuffix(".*"))  # a key's alias begins with alias/
    return re.sub(r"\*+", "*", form.replace(".*", plain))


def strings_at(value: Any, *path: str) -> tuple[str, ...]:
    """Every text at a path; lists on the way are walked."""
    if isinstance(value, list | tuple):
        return tuple(text for item in value for text in strings_at(item, *path))
    if path:
        return strings_at(value[path[0]], *path[1:]) if isinstance(value, Mapping) and path[0] in value else ()
    return (str(value),) if isinstance(value, str | int | float) else ()


def leaves(value: Any, key: str = "") -> Iterator[tuple[str, str]]:
    """The name and the text of everything that holds nothing else."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from leaves(inner, name)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from leaves(inner, key)
    elif isinstance(value, str):
        yield key, value


def has_property(props: Any, path: tuple[str, ...]) -> bool:
    """Whether a property is there; lists on the way are walked."""
    if isinstance(props, list | tuple):
        return any(has_property(item, path) for item in props)
    if not path:
        return True
    return isinstance(props, Mapping) and path[0] in props and has_property(props[path[0]], path[1:])
