"""Runs processes, measures their CPU and wall seconds, and prints whether a bound is met."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]


@dataclass(frozen=True)
class Cost:
    """CPU and wall seconds of a process and its children, and its standard output."""

    cpu: float
    wall: float
    out: str


def run(
    command: Sequence[str], folder: Path, variables: Mapping[str, str] | None = None, allowed: Sequence[int] = (0,)
) -> Cost:
    """Run a command to its end; print its output only when it fails."""
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), **(variables or {})}
    before = os.times()
    process = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    after = os.times()
    if process.returncode not in allowed:
        sys.exit(f"{' '.join(command)} ended with {process.returncode}:\n{process.stdout}{process.stderr}")
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return Cost(cpu, after.elapsed - before.elapsed, process.stdout)


def catalog(*arguments: str) -> list[str]:
    """The command line `catalog` of this repository."""
    return [sys.executable, "-m", "scripts.catalog", *arguments]


def verdict(name: str, figures: Sequence[float], bound: float, unit: str = "x") -> bool:
    """Print the smallest and the median figure against the bound; the median decides."""
    median = statistics.median(figures)
    is_within = median <= bound
    figures_text = f"min {min(figures):.3f}{unit}, median {median:.3f}{unit}, bound {bound:.3f}{unit}"
    print(f"{'PASS' if is_within else 'FAIL'}  {name}: {figures_text}", flush=True)
    return is_within


def ratios(ours: Sequence[float], theirs: Sequence[float]) -> list[float]:
    """Our figure over the peer's, run by run."""
    return [one / other for one, other in zip(ours, theirs, strict=True)]
