"""`python -m scripts.project MODEL_TYPE`: renders a project, runs its quality stage and its steps, shows metrics."""

from __future__ import annotations

import sys
from pathlib import Path

import click
from rich.table import Table

from generators import project_templates
from generators.config import repository
from generators.errors import UserError
from scripts.project import environment, quality
from scripts.terminal import emit, print_errors, print_line


@click.command()
@click.argument("model_type")
@click.option("--dir", "folder", type=click.Path(path_type=Path), help="where to write it [.local/projects/MODEL_TYPE]")
@click.option("--name", default="credit-default", show_default=True, help="the project's name")
@click.option("--team", default="data-science", show_default=True, help="the team that owns it")
@click.option("--description", default="", help="one line for the project's README")
def main(model_type: str, folder: Path | None, name: str, team: str, description: str) -> None:
    """0 when everything holds, 2 when a check fails, 1 when something asked for does not exist."""
    root = repository.find_root()
    values = {"project": name, "team": team} | ({"description": description} if description else {})
    try:
        files = project_templates.render(root, model_type, values)
        place = folder or root / ".local" / "projects" / model_type
        quality.write(files, place, replace=folder is None)
        outcomes = _outcomes(root, name, place)
    except UserError as error:
        print_errors(error.problems)
        sys.exit(error.exit_code)
    _show(outcomes, place)
    sys.exit(0 if all(it.good for it in outcomes) else 2)


def _outcomes(root: Path, name: str, place: Path) -> list[quality.Outcome]:
    programs = environment.ready(root, print_line)
    found = []
    for check, command in quality.CHECKS.items():
        print_line(f"{check}: {' '.join(command)}")
        found.append(quality.run(check, command, place, programs))
    print_line("every step of the pipeline, each as a process")
    return [*found, quality.steps(name, place, programs)]


def _show(outcomes: list[quality.Outcome], place: Path) -> None:
    table = Table("check", "held", "seconds")
    for it in outcomes:
        table.add_row(it.name, "yes" if it.good else "NO", f"{it.seconds:.0f}")
        if not it.good:
            print_errors((it.text.strip(),))
    emit(table, None, as_json=False)
    if outcomes[-1].good:
        measured = Table("metric", "on test data")
        for name, value in quality.metrics(place).items():
            measured.add_row(name, f"{value:.4f}")
        emit(measured, None, as_json=False)
    print_line(f"the project: {place}")


if __name__ == "__main__":
    main()
