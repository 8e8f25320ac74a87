"""The architecture diagram of a template as SVG: a box for each resource, an arrow for each reference. Pure.

A resource that only configures another one (a bucket policy, a security group rule) has no box; its references start
at the other resource.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, StrictUndefined, Template

from generators.cloudformation.references import Edges, edges
from generators.cloudformation.template_format import declarations, parameter_labels
from generators.release.diagram.layout import Box, layout

_CAMEL_CASE_PARTS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z0-9]+|[A-Z]+")
_COLOURS = {
    "S3": "#3f8624", "SSM": "#b0084d", "IAM": "#bf2f2f", "Lambda": "#c8571b", "SageMaker": "#01887a", "EC2": "#c8571b",
    "Logs": "#b0084d", "CodePipeline": "#3355cc", "CodeBuild": "#3355cc", "Events": "#8a3ab9", "SNS": "#8a3ab9",
}  # fmt: skip
_OTHER = "#50596b"
_MIN_WIDTH = 720  # pixels, room for the lists below the boxes


def svg(title: str, template: Mapping[str, Any]) -> str:
    """The diagram as the text of an SVG file; equal templates give equal text."""
    types = {name: str(resource["Type"]) for name, resource in declarations(template, "Resources").items()}
    references: Edges = edges(template)
    boxes = layout(references)
    width = max((_MIN_WIDTH, *(box.x + Box.WIDTH for box in boxes)))
    height = max((box.y for box in boxes), default=0) + Box.HEIGHT
    return _svg_template().render(
        title=title,
        boxes=[(box, *_label(box.name, types[box.name])) for box in boxes],
        arrows=[_arrow(box, other) for box in boxes for other in boxes if other.name in references[box.name]],
        size=Box,
        width=width,
        height=height,
        parameters=_parameter_labels(template),
        outputs=[_output_label(name, output) for name, output in declarations(template, "Outputs").items()],
    )


def _label(name: str, resource_type: str) -> tuple[str, str, str]:
    """Heading, second line and colour of a box."""
    service, _, noun = resource_type.removeprefix("AWS::").partition("::")
    return " ".join(_CAMEL_CASE_PARTS.findall(name)), f"{service} {noun}", _COLOURS.get(service, _OTHER)


def _arrow(source: Box, target: Box) -> str:
    """The SVG path from the right side of `source` to the left side of `target`."""
    x1, y1, x2, y2 = source.x + Box.WIDTH, source.y + Box.HEIGHT / 2, target.x, target.y + Box.HEIGHT / 2
    bend = (x2 - x1) / 2
    return f"M{x1:g} {y1:g}C{x1 + bend:g} {y1:g} {x2 - bend:g} {y2:g} {x2 - 5:g} {y2:g}"


def _parameter_labels(template: Mapping[str, Any]) -> list[str]:
    """The labels of the parameters that a user fills in."""
    labels, parameters = parameter_labels(template), declarations(template, "Parameters").items()
    names = (name for name, parameter in parameters if not parameter["Type"].startswith("AWS::SSM::"))
    return [labels.get(name, name) for name in names]


def _output_label(name: str, output: Mapping[str, Any]) -> str:
    """The description of an output, its name without one."""
    return str(output.get("Description", name)).rstrip(".")


@cache
def _svg_template() -> Template:
    text = (files(__name__) / "diagram.svg.j2").read_text(encoding="utf-8")
    return Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True).from_string(
        text
    )
