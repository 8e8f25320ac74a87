"""`make demo`: the platform's main job, from nothing, on the embedded AWS."""

from __future__ import annotations

import sys

from rich.console import Console

from scripts.demo import emergency, launches, other_products, releases, second_team, setup
from scripts.demo.runner import Step, play, summary
from scripts.demo.state import DemoState

STORY = (
    Step("Start the embedded AWS", 1, setup.start),
    Step("Terraform: organisation and accounts", 1, setup.organisation),
    Step("Terraform: log archive", 1, setup.log_archive),
    Step("Terraform: hub with portfolio, share and release bucket", 1, setup.hub),
    Step("Terraform: one spoke with network, keys, controls, roles and contracts", 1, setup.spoke),
    Step("Publish every product version", 1, releases.publish_all),
    Step("Publish again: nothing to do", 1, releases.publish_again),
    Step("The technical lead lists the catalogue", 1, launches.lead_lists),
    Step("The technical lead may create nothing directly", 0, setup.lead_cannot_create),
    Step("An emergency: the closed role opens for one person, and closes", 4, emergency.break_glass),
    Step("A second team asks for its accounts", 2, second_team.ask),
    Step("Launch studio-environment 1.0.0", 1, launches.launch_studio),
    Step("Launch two Studio user profiles", 2, launches.launch_profiles),
    Step("A developer works in Studio", 2, launches.work_in_studio),
    Step("A newer version appears", 2, releases.newer_version),
    Step("Inventory: who runs what", 1, launches.inventory),
    Step("Upgrade in place", 1, launches.upgrade),
    Step("Launch the six others of the catalogue, one through SageMaker", 8, other_products.launch),
    Step("The hub equals the frozen files", 1, releases.verify),
    Step("A broken version is published", 2, releases.broken_version),
    Step("Its upgrade rolls back and is reported as TAINTED", 1, launches.broken_upgrade),
    Step("A retired version cannot be launched but still runs", 1, launches.retire),
    Step("Terminating cleans up", 9, launches.terminate),
    Step("The second team's lead sees the catalogue at once", 0, second_team.catalogue_at_once),
    Step("An account is changed behind our back: drift is reported", 1, second_team.drift),
    Step("The drift is repaired", 1, second_team.repair),
    Step("Terraform plans are empty", 1, setup.plans_are_empty),
)


def main() -> int:
    """Play the story; 0 when every step held."""
    console = Console(soft_wrap=True)
    outcomes = play(STORY, DemoState(), console)
    console.print()
    console.print(summary(outcomes, len(STORY)))
    held = len(outcomes) == len(STORY) and all(outcome.held for outcome in outcomes)
    if held:
        console.print(
            "Every step held. The embedded AWS goes on running: "
            "try `.venv/bin/catalog inventory`; `make local-down` ends it."
        )
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
