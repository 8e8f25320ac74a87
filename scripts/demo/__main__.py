"""`make demo` and `make demo-model`: the platform's main job and a model's, from nothing, on the embedded AWS."""

from __future__ import annotations

import click
from rich.console import Console

from scripts import program
from scripts.demo import (
    commands,
    emergency,
    hub_supplies,
    launches,
    other_products,
    releases,
    second_team,
    setup,
    training,
)
from scripts.demo.runner import Step, run_steps, summary
from scripts.demo.state import DemoState

STEPS = (
    Step("Start the embedded AWS", 1, setup.start),
    Step("Terraform: organisation and accounts", 1, setup.organization),
    Step("Terraform: log archive", 1, setup.log_archive),
    Step("Terraform: hub with portfolio, share and release bucket", 1, setup.hub),
    Step("Terraform: one spoke with network, keys, controls, roles and contracts", 1, setup.spoke),
    Step("Publish every product version", 1, releases.publish_all),
    Step("Publish again: nothing to do", 1, releases.publish_again),
    Step("The technical lead lists the catalogue", 1, launches.list_products),
    Step("The technical lead may create nothing directly", 0, setup.lead_cannot_create),
    Step("An emergency: temporary use of platform-fix-engineer", 4, emergency.break_glass),
    Step("A second team requests its accounts", 2, second_team.request_accounts),
    Step("Launch studio-environment 1.0.0", 1, launches.launch_studio),
    Step("Launch two Studio user profiles", 2, launches.launch_profiles),
    Step("A developer works in Studio", 2, launches.work_in_studio),
    Step("Publish a newer version", 2, releases.publish_newer),
    Step("Inventory: who runs which version", 1, launches.inventory),
    Step("Upgrade in place", 1, launches.upgrade),
    Step("Launch the six other products, one through SageMaker", 8, other_products.launch),
    Step("The hub equals the frozen files", 1, releases.verify),
    Step("Publish a broken version", 2, releases.publish_broken),
    Step("Its upgrade rolls back and is reported as TAINTED", 1, launches.upgrade_to_broken),
    Step("Retire the broken version", 1, releases.retire_broken),
    Step("A retired version cannot be launched but still runs", 1, launches.retire),
    Step("Terminate everything", 9, launches.terminate),
    Step("The second team's lead sees the catalogue at once", 0, second_team.see_catalogue),
    Step("An account is changed by hand: drift is reported", 1, second_team.drift),
    Step("Repair the drift", 1, second_team.repair),
    Step("Close the second team's accounts", 1, second_team.decommission),
    Step("Leave a Studio environment running in pre-production", 1, launches.leave_studio_running),
    Step("Terraform plans are empty", 1, setup.plans_are_empty),
)
MODEL_STEPS = (
    *STEPS[:4],
    Step("Fill the package index with what is approved", 1, hub_supplies.fill_package_index),
    Step("Build the images of jobs", 4, hub_supplies.build_images),
    STEPS[4],
    Step("Publish every product version", 1, releases.publish_all),
    Step("A developer creates a project through SageMaker", 1, other_products.create_project),
    Step("A push to the project ends as a registered model", 1, training.push),
    Step("A change whose test fails stops at quality", 1, training.push_failing_test),
    Step("A model below its bound is refused with the reason", 1, training.push_higher_bound),
)
_SERVER_RUNS = "The embedded AWS goes on running: try `.venv/bin/catalog inventory`; `make local-down` ends it."
_OWN_SERVER_ENDED = (
    "The embedded AWS that was in use is untouched; the demo's own has ended. "
    "To look at what the demo leaves, run `make local-down demo`."
)


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--model", is_flag=True, help="Play a model's story instead: from a push to the model registry.")
@click.pass_context
def main(context: click.Context, model: bool) -> None:
    """Run the platform's main job on the embedded AWS; exit with 0 when every step passed.

    The demo starts the embedded AWS of `make local` and leaves it running. If that one is in use already, the demo
    leaves it alone and starts another, which ends with the demo.
    """
    console, steps = Console(soft_wrap=True), MODEL_STEPS if model else STEPS
    state = DemoState(report=lambda line: console.print(f"{'':13}{line}", highlight=False, markup=False, style="dim"))
    try:
        outcomes = run_steps(steps, state, console)
    finally:
        commands.stop_own_server()
    console.print()
    console.print(summary(outcomes, len(steps)))
    passed = len(outcomes) == len(steps) and all(outcome.passed for outcome in outcomes)
    if passed:
        console.print(f"Every step passed. {_OWN_SERVER_ENDED if state.own_server else _SERVER_RUNS}")
    context.exit(0 if passed else 1)


if __name__ == "__main__":
    program.run(
        "demo",
        lambda: main.main(prog_name="python -m scripts.demo", standalone_mode=False),
        "the embedded AWS goes on running, `make local-down` ends it; run the demo again",
    )
