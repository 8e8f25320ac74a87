"""From frozen files to published versions, region by region. Talks to AWS through Hub alone; prints nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from generators.aws.session import Aws
from generators.catalog.desired_state import DesiredProduct
from generators.catalog.hub import Hub
from generators.catalog.plan import Action, plan
from generators.config import validation
from generators.errors import UserError


@dataclass(frozen=True)
class RegionPlan:
    """What one region lacks, and the hub to apply it to."""

    hub: Hub
    actions: tuple[Action, ...]


def plans(aws: Aws, wanted: Sequence[DesiredProduct], thorough: bool = False) -> tuple[RegionPlan, ...]:
    """Reads every region; UserError with the problems of all. `thorough` does not trust release marks."""
    hubs = [Hub(aws, region) for region in aws.platform.regions]
    states = [(hub, hub.read(wanted, thorough)) for hub in hubs]
    return validation.map_all(lambda it: RegionPlan(it[0], plan(wanted, it[1])), states)


def apply(planned: Sequence[RegionPlan], on_done: Callable[[str, Action], None]) -> tuple[tuple[str, Action], ...]:
    """Apply every plan; what was done. UserError says after what it stopped."""
    done: list[tuple[str, Action]] = []

    def note(region: str, action: Action) -> None:
        done.append((region, action))
        on_done(region, action)

    total = sum(len(it.actions) for it in planned)
    try:
        for it in planned:
            it.hub.apply(it.actions, lambda action, region=it.hub.region: note(region, action))  # type: ignore[misc]
    except UserError as error:
        reached = f"publish: stopped after {len(done)} of {total} actions; correct it and publish again: only the rest"
        raise UserError((*error.problems, f"{reached} is then done"), error.exit_code) from None
    return tuple(done)
