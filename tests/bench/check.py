"""Checking against the cfn-lint command on the same files: `python -m tests.bench.check`."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from pathlib import Path

from tests.bench import synthetic
from tests.bench.measure import REPOSITORY, Cost, catalog, ratios, run, verdict

COUNT = 50
ROUNDS = 2
TIMES = 3  # in each round, because two seconds are easily disturbed
COLD, NOTHING, ONE = 1.15, 1 / 15, 1 / 12  # of the cfn-lint command

Verdicts = set[tuple[str, str]]


def main() -> int:
    """0 when every bound held and cached verdicts were those of a cold run."""
    cold, nothing, one, peer = [], [], [], []
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as folder:
            root = synthetic.repository(Path(folder), COUNT)
            synthetic.break_one(root)
            run(catalog("render"), root)
            linted, checked = _cfn_lint(root), _check(root)
            _same(_linted(linted), _checked(checked), "cfn-lint's")
            peer.append(linted.wall)
            cold.append(checked.wall)
            nothing += [_check(root).wall for _ in range(TIMES)]
            synthetic.edit_one(root)
            run(catalog("render"), root)
            shutil.copytree(root / ".cache", root / "known")
            for _ in range(TIMES):
                warm = _check(root)
                one.append(warm.wall)
                shutil.rmtree(root / ".cache")
                shutil.copytree(root / "known", root / ".cache")
            shutil.rmtree(root / ".cache")
            _same(_checked(_check(root)), _checked(warm), "a cold run's")
    held = [
        verdict(f"check {COUNT} products cold, wall against cfn-lint", ratios(cold, peer), COLD),
        verdict("check with nothing changed, wall against cfn-lint on all", ratios(nothing, _each(peer)), NOTHING),
        verdict(f"check with one of {COUNT} changed, wall against cfn-lint on all", ratios(one, _each(peer)), ONE),
    ]
    return 0 if all(held) else 2


def _each(peer: list[float]) -> list[float]:
    """The peer's seconds beside each of our runs of its round."""
    return [wall for wall in peer for _ in range(TIMES)]


def _cfn_lint(root: Path) -> Cost:
    """The peer: the command with the same region and the same rules on the same files."""
    files = [path.relative_to(root).as_posix() for path in sorted(root.glob("products/*/versions/*.json"))]
    rules = ["--append-rules", str(REPOSITORY / "generators" / "rules")]
    command = [str(Path(sys.executable).parent / "cfn-lint"), "--regions", "eu-west-2", *rules]
    return run([*command, "--format", "json", "--template", *files], root, allowed=range(16))


def _check(root: Path) -> Cost:
    return run(catalog("check", "--json"), root, allowed=(0, 2))


def _linted(cost: Cost) -> Verdicts:
    found = json.loads(cost.out)
    return {(item["Rule"]["Id"], f"{item['Filename']}:{item['Location']['Start']['LineNumber']}") for item in found}


def _checked(cost: Cost) -> Verdicts:
    return {(load["rule"], load["where"]) for load in json.loads(cost.out)}


def _same(expected: Verdicts, found: Verdicts, whose: str) -> None:
    """A benchmark of different work says nothing."""
    if expected != found or not found:
        sys.exit(f"bench: the verdicts are not {whose}: {sorted(expected ^ found)[:5]}")


if __name__ == "__main__":
    sys.exit(main())
