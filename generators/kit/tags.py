"""Tags for the cost, owner and release of resources. Reads contracts, nothing else."""

from __future__ import annotations

from typing import Any

from troposphere import Tags, Template

from generators.kit.ssm_input import contract
from generators.release.build_context import current


def tag_values(t: Template) -> dict[str, Any]:
    """Team, environment, cost centre, product and version, for types that take tags as a map.

    Team and cost centre come from the account's contracts, not from users.
    """
    return fixed_tag_values(t) | {"version": current().version}


def fixed_tag_values(t: Template) -> dict[str, Any]:
    """The tags without the version."""
    return {
        "team": contract(t, "spoke", "team"),
        "environment": contract(t, "spoke", "environment"),
        "cost-centre": contract(t, "spoke", "cost_centre"),
        "product": current().product,
    }


def tags(t: Template, **extra: Any) -> Tags:
    """The platform's tags and `extra` ones, for a resource whose tags can change."""
    return Tags(tag_values(t) | extra)


def fixed_tags(t: Template) -> Tags:
    """The platform's tags for a type whose tags are create-only: a version there would replace it at every upgrade."""
    return Tags(fixed_tag_values(t))
