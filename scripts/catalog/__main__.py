"""The command line `catalog`. A command's file is imported only when the command is called, so that --help is quick."""

from __future__ import annotations

import gc
import importlib
import sys

import click

from generators.errors import UserError

COMMANDS = {
    "new": "Start a product folder that renders and checks clean.",
    "render": "Freeze the declared version: versions/<version>.json.",
    "launch-policy": "Write what a product's launch role may do, from its templates.",
    "check": "Lint, rules, honest version, changelog, frozen files.",
    "diff": "What changed between two versions, and how far the version must move.",
    "plan": "What publish would do, and nothing else.",
    "publish": "Publish frozen versions to the hub, in every region.",
    "verify": "Compare the hub with the frozen files, byte by byte.",
    "retire": "Take a version out of use without touching who runs it.",
    "provision": "Launch a product in a spoke account, as its technical lead.",
    "upgrade": "Move a provisioned product to a newer version, in place.",
    "terminate": "End a provisioned product.",
    "break-glass": "Ask for a window of the closed role platform-fix-engineer, approve another's, see them.",
    "evidence": "Control, where it is enforced, test, result: a release's table for auditors.",
    "inventory": "Who runs which version in which account.",
}
_EPILOG = """\b
Examples:
  catalog check all                       lint and judge every product
  catalog render studio-environment       freeze the version that product.yaml declares
  catalog publish all                     publish what the hub does not have yet
  catalog inventory --json                who runs what, for programs
\b
Exit codes: 0 done, 1 input to correct, 2 findings, 3 AWS refused.
The target is the embedded AWS (make local); TARGET=aws means the real one."""


class _Lazy(click.Group):
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


@click.group(cls=_Lazy, epilog=_EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Product folders become frozen templates; frozen templates become Service Catalog versions."""


def main() -> None:
    """Run one command; what a person can correct is told in a line each, anything else is a bug and keeps its trace."""
    gc.set_threshold(50_000)  # a command lives for seconds: looking for garbage would cost it more than keeping some
    try:
        sys.exit(cli.main(prog_name="catalog", standalone_mode=False) or 0)
    except click.ClickException as error:
        error.show()
        sys.exit(1)
    except (click.Abort, KeyboardInterrupt):
        sys.stderr.write("catalog: interrupted; what was asked of AWS goes on there, run the command again to see\n")
        sys.exit(130)
    except UserError as error:
        for problem in error.problems:
            sys.stderr.write(problem + "\n")
        sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
