"""Publishes frozen versions, region by region. Calls AWS only through Hub; prints nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from generators.aws.session import Aws
from generators.catalog.desired_state import DesiredProduct
from generators.catalog.hub import Hub
from generators.catalog.plan import Action, plan
from generators.config import validation
from generators.errors import UserError


@dataclass(frozen=True)
class RegionPlan:
    """The actions that one region needs, and its hub."""

    hub: Hub
    actions: tuple[Action, ...]


def plans(aws: Aws, products: Sequence[DesiredProduct], thorough: bool = False) -> tuple[RegionPlan, ...]:
    """Read every region; UserError with the problems of all. `thorough` ignores release digests."""
    hubs = [Hub(aws, region) for region in aws.platform.regions]
    states = [(hub, hub.read(products, thorough)) for hub in hubs]
    return validation.map_all(lambda pair: RegionPlan(pair[0], plan(products, pair[1])), states)


def apply(
    region_plans: Sequence[RegionPlan], on_progress: Callable[[str, Action], None]
) -> tuple[tuple[str, Action], ...]:
    """Apply every plan and return the completed actions; UserError says how many were completed."""
    completed: list[tuple[str, Action]] = []

    def record(region: str, action: Action) -> None:
        completed.append((region, action))
        on_progress(region, action)

    total = sum(len(region_plan.actions) for region_plan in region_plans)
    try:
        for region_plan in region_plans:
            region_plan.hub.apply(region_plan.actions, partial(record, region_plan.hub.region))
    except UserError as error:
        sentence = (
            f"publish: stopped after {len(completed)} of {total} actions; correct it and publish again: only the rest"
            " is then done"
        )
        raise UserError((*error.problems, sentence), error.exit_code) from None
    return tuple(completed)
