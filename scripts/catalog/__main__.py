"""The command line `catalog`. It imports a command's module only when the command is called: --help stays fast."""

from __future__ import annotations

import gc
import importlib
from typing import NoReturn

import click

from scripts import program

COMMANDS = {
    "new": "Start a product folder that renders and checks clean.",
    "render": "Render the declared version to versions/<version>.json.",
    "launch-policy": "Derive the policy of a product's launch role from its templates.",
    "check": "Run cfn-lint, rules, and checks of version, changelog and frozen files.",
    "diff": "Show changes between two versions, and the version step that they need.",
    "plan": "Show what publish would do.",
    "publish": "Publish frozen versions to the hub, in every region.",
    "verify": "Compare the hub with the frozen files, byte by byte.",
    "retire": "Deprecate a version; provisioned products keep running.",
    "provision": "Provision a product in a spoke account, as its technical lead.",
    "upgrade": "Update a provisioned product to a newer version, in place.",
    "terminate": "Terminate a provisioned product.",
    "break-glass": "Request, approve and show temporary use of platform-fix-engineer.",
    "analyze-access": "Search for privilege escalation in roles, launch policies and product roles.",
    "evidence": "Write the auditors' table of a release: controls, enforcement, tests, results.",
    "inventory": "List provisioned products with version and account.",
    "packages": "Compare allow-list, lock files and package index, or fill the index.",
}
_EPILOG = """\b
Examples:
  catalog check all                       check every product
  catalog render studio-environment       render the version that product.yaml declares
  catalog publish all                     publish the versions that the hub lacks
  catalog inventory --json                provisioned products as JSON
\b
Exit codes: 0 done, 1 invalid input or a file that cannot be written, 2 findings, 3 AWS refused,
130 interrupted.
The target is the embedded AWS (make local); TARGET=aws selects real AWS."""


class _LazyGroup(click.Group):
    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"scripts.catalog.commands.{cmd_name.replace('-', '_')}")
        command: click.Command = module.command
        return command

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=_LazyGroup, epilog=_EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Render product folders to frozen templates, and publish frozen templates to Service Catalog."""


def main() -> NoReturn:
    """Run one command and end the process."""
    gc.set_threshold(50_000)  # a command runs for seconds: garbage collection would cost more than it frees
    program.run(
        "catalog",
        lambda: cli.main(prog_name="catalog", standalone_mode=False),
        "what was asked of AWS goes on there, run the command again to see",
    )


if __name__ == "__main__":
    main()
