"""Names of resources: the platform's prefix, and a suffix that is unique to the stack. Pure."""

from __future__ import annotations

from typing import Any

from troposphere import Ref, Select, Split, Sub, Template

from generators.config import repository
from generators.kit.ssm_input import contract
from generators.release.build_context import current


def resource_name(text: str, **values: Any) -> Sub:
    """`mlops-<text>-<8 hex digits of the stack's id>`; `text` is for Fn::Sub.

    Launch roles are limited to the prefix. The suffix avoids the name of a retained bucket of an earlier launch.
    """
    prefix = repository.platform(current().root).name_prefix
    return Sub(f"{prefix}-{text}-${{Stack}}", Stack=_stack(), **values)


def team_resource_name(t: Template, text: str) -> Sub:
    """`<team>-<text>-<8 hex digits>`, for resources that promotion uses from the team's other accounts."""
    return Sub(f"${{Team}}-{text}-${{Stack}}", Team=contract(t, "spoke", "team"), Stack=_stack())


def _stack() -> Select:
    """The first group of the stack's UUID: arn:aws:cloudformation:<region>:<account>:stack/<name>/<uuid>."""
    return Select(0, Split("-", Select(2, Split("/", Ref("AWS::StackId")))))


def to_kebab_case(title: str) -> str:
    """DataQuality -> data-quality."""
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in title).lstrip("-")
