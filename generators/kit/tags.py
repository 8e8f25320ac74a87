"""The tags by which cost, owner and release of everything are found. Reads contracts, nothing else."""

from __future__ import annotations

from typing import Any

from troposphere import Tags, Template

from generators.kit.ssm_input import contract
from generators.release.build_context import current


def tag_values(t: Template) -> dict[str, Any]:
    """Team, environment, cost centre, product and version, for types that take tags as a map.

    Team and cost centre come from the account's contracts: what is billed is never what somebody typed.
    """
    return fixed_tag_values(t) | {"version": current().version}


def fixed_tag_values(t: Template) -> dict[str, Any]:
    """The same without the version."""
    return {
        "team": contract(t, "spoke", "team"),
        "environment": contract(t, "spoke", "environment"),
        "cost-centre": contract(t, "spoke", "cost_centre"),
        "product": current().product,
    }


def tags(t: Template, **more: Any) -> Tags:
    """The platform's tags, and `more`, for a resource whose tags can change."""
    return Tags(tag_values(t) | more)


def fixed_tags(t: Template) -> Tags:
    """The platform's tags for a type whose tags are create-only: a version there would replace it at every upgrade."""
    return Tags(fixed_tag_values(t))
