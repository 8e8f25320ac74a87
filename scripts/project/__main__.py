"""`python -m scripts.project MODEL_TYPE`: render a project, run its quality stage and its steps, print its metrics."""

from __future__ import annotations

from pathlib import Path

import click
from rich.table import Table

from generators import project_templates
from generators.config import repository
from scripts import program
from scripts.project import environment, quality
from scripts.terminal import emit, print_errors, print_line


@click.command()
@click.argument("model_type")
@click.option("--dir", "folder", type=click.Path(path_type=Path), help="the target folder [.local/projects/MODEL_TYPE]")
@click.option("--name", default="credit-default", show_default=True, help="the project's name")
@click.option("--team", default="data-science", show_default=True, help="the team that owns it")
@click.option("--description", default="", help="one line for the project's README")
def main(model_type: str, folder: Path | None, name: str, team: str, description: str) -> int:
    """Exit codes: 0 every check passed, 1 invalid input, 2 a check failed."""
    root = repository.find_root()
    values = {"project": name, "team": team} | ({"description": description} if description else {})
    files = project_templates.render(root, model_type, values)
    target = folder or root / ".local" / "projects" / model_type
    quality.write(files, target, replace=folder is None)
    results = _run(root, name, target)
    _print(results, target)
    return 0 if all(result.passed for result in results) else 2


def _run(root: Path, name: str, target: Path) -> list[quality.CommandResult]:
    programs = environment.ensure(root, print_line)
    results = []
    for check, command in quality.CHECKS.items():
        print_line(f"{check}: {' '.join(command)}")
        results.append(quality.run(check, command, target, programs))
    print_line("every step of the pipeline, each as a process")
    return [*results, quality.steps(name, target, programs)]


def _print(results: list[quality.CommandResult], target: Path) -> None:
    table = Table("check", "held", "seconds")
    for result in results:
        table.add_row(result.name, "yes" if result.passed else "NO", f"{result.seconds:.0f}")
        if not result.passed:
            print_errors((result.output.strip(),))
    emit(table, None, as_json=False)
    if results[-1].passed:
        metrics = Table("metric", "on test data")
        for name, value in quality.metrics(target).items():
            metrics.add_row(name, f"{value:.4f}")
        emit(metrics, None, as_json=False)
    print_line(f"the project: {target}")


if __name__ == "__main__":
    program.run(
        "project", lambda: main.main(prog_name="python -m scripts.project", standalone_mode=False), "run it again"
    )
