"""Instance types of Studio that CloudFormation supports, for hiding all but the allowed ones. Pure.

Hiding is a convenience; the condition on sagemaker:InstanceTypes in the execution roles enforces the limit.
https://docs.aws.amazon.com/sagemaker/latest/dg/studio-updated-ui-customize-instances-images.html
"""

from __future__ import annotations

from collections.abc import Iterable

from generators.errors import UserError

_GENERAL = "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge"
_FAMILIES = {
    "t3": "micro small medium large xlarge 2xlarge",
    "m5": _GENERAL,
    "m5d": _GENERAL,
    "r5": _GENERAL,
    "c5": "large xlarge 2xlarge 4xlarge 9xlarge 12xlarge 18xlarge 24xlarge",
    **dict.fromkeys(("m6i", "c6i", "r6i", "m6id", "c6id", "r6id"), f"{_GENERAL} 32xlarge"),
    **dict.fromkeys(("m7i", "c7i", "r7i"), f"{_GENERAL} 48xlarge"),
    "g4dn": "xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge",
    **dict.fromkeys(("g5", "g6", "g6e"), "xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 48xlarge"),
    "g7e": "2xlarge 4xlarge 8xlarge 12xlarge 24xlarge 48xlarge",
    "p3": "2xlarge 8xlarge 16xlarge",
    "p3dn": "24xlarge",
    "p4d": "24xlarge",
    "p4de": "24xlarge",
    "p5": "4xlarge 48xlarge",
    "p5en": "48xlarge",
    "p6-b200": "48xlarge",
    "trn1": "2xlarge 32xlarge",
    "trn1n": "32xlarge",
    "geospatial": "interactive",
}
ALL = tuple(f"ml.{family}.{size}" for family, sizes in _FAMILIES.items() for size in sizes.split())


def hidden_instance_types(allowed: Iterable[str]) -> list[str]:
    """Every type but the allowed ones; UserError when an allowed one does not exist."""
    visible = set(allowed)
    if unknown := sorted(visible - set(ALL)):
        raise UserError(f"Studio has no instance type {', '.join(unknown)}; choose from generators/kit/instances.py")
    return [name for name in ALL if name not in visible]
