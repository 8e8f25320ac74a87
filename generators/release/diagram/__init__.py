"""A template's architecture as an SVG picture: boxes are its resources, arrows its own references. Pure.

Resources that only say something of another one (a bucket's policy, a group's rule) are not drawn; their references
are the other one's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, StrictUndefined, Template

from generators.cloudformation.references import Edges, edges
from generators.release.diagram.layout import Box, arranged

_WORDS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z0-9]+|[A-Z]+")
_COLOURS = {
    "S3": "#3f8624", "SSM": "#b0084d", "IAM": "#bf2f2f", "Lambda": "#c8571b", "SageMaker": "#01887a", "EC2": "#c8571b",
    "Logs": "#b0084d", "CodePipeline": "#3355cc", "CodeBuild": "#3355cc", "Events": "#8a3ab9", "SNS": "#8a3ab9",
}  # fmt: skip
_OTHER = "#50596b"
_LEAST = 720  # pixels, so that the lists below have room


def svg(title: str, template: Mapping[str, Any]) -> str:
    """The picture as the text of an SVG file; equal templates give equal pictures."""
    kinds = {name: str(it["Type"]) for name, it in template["Resources"].items()}
    drawn: Edges = edges(template)
    boxes = arranged(drawn)
    width, height = max(_LEAST, *(box.x + Box.WIDTH for box in boxes)), max(box.y for box in boxes) + Box.HEIGHT
    return _picture().render(
        title=title,
        boxes=[(box, *_told(box.name, kinds[box.name])) for box in boxes],
        arrows=[_arrow(one, other) for one in boxes for other in boxes if other.name in drawn[one.name]],
        size=Box,
        width=width,
        height=height,
        asked=_asked(template),
        given=[it["Description"].rstrip(".") for it in template.get("Outputs", {}).values()],
    )


def _told(name: str, kind: str) -> tuple[str, str, str]:
    """Heading, second line, colour."""
    service, _, noun = kind.removeprefix("AWS::").partition("::")
    return " ".join(_WORDS.findall(name)), f"{service} {noun}", _COLOURS.get(service, _OTHER)


def _arrow(one: Box, other: Box) -> str:
    """From the right side of who refers to the left side of what is referred to."""
    x1, y1, x2, y2 = one.x + Box.WIDTH, one.y + Box.HEIGHT / 2, other.x, other.y + Box.HEIGHT / 2
    bend = (x2 - x1) / 2
    return f"M{x1:g} {y1:g}C{x1 + bend:g} {y1:g} {x2 - bend:g} {y2:g} {x2 - 5:g} {y2:g}"


def _asked(template: Mapping[str, Any]) -> list[str]:
    labels = template["Metadata"].get("AWS::CloudFormation::Interface", {}).get("ParameterLabels", {})
    asked = (n for n, it in template.get("Parameters", {}).items() if not it["Type"].startswith("AWS::SSM::"))
    return [labels.get(name, {}).get("default", name) for name in asked]


@cache
def _picture() -> Template:
    text = (files(__name__) / "diagram.svg.j2").read_text(encoding="utf-8")
    return Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True).from_string(
        text
    )
