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
COLD, UNCHANGED, ONE_CHANGED = 1.15, 1 / 15, 1 / 12  # of the cfn-lint command

Verdicts = set[tuple[str, str]]


def main() -> int:
    """Exit code 0 when every bound is met, otherwise 2; exit when a cached verdict differs from a cold one."""
    cold, unchanged, one_changed, peer = [], [], [], []
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as folder:
            root = synthetic.repository(Path(folder), COUNT)
            synthetic.break_one(root)
            run(catalog("render"), root)
            linted, checked = _cfn_lint(root), _check(root)
            _require_equal(_cfn_lint_verdicts(linted), _check_verdicts(checked), "cfn-lint's")
            peer.append(linted.wall)
            cold.append(checked.wall)
            unchanged += [_check(root).wall for _ in range(TIMES)]
            synthetic.edit_one(root)
            run(catalog("render"), root)
            shutil.copytree(root / ".cache", root / "warm-cache")
            for _ in range(TIMES):
                warm = _check(root)
                one_changed.append(warm.wall)
                shutil.rmtree(root / ".cache")
                shutil.copytree(root / "warm-cache", root / ".cache")
            shutil.rmtree(root / ".cache")
            _require_equal(_check_verdicts(_check(root)), _check_verdicts(warm), "a cold run's")
    verdicts = [
        verdict(f"check {COUNT} products cold, wall against cfn-lint", ratios(cold, peer), COLD),
        verdict("check with nothing changed, wall against cfn-lint on all", ratios(unchanged, _each(peer)), UNCHANGED),
        verdict(
            f"check with one of {COUNT} changed, wall against cfn-lint on all",
            ratios(one_changed, _each(peer)),
            ONE_CHANGED,
        ),
    ]
    return 0 if all(verdicts) else 2


def _each(peer: list[float]) -> list[float]:
    """The peer's seconds, once for each of our runs in the same round."""
    return [wall for wall in peer for _ in range(TIMES)]


def _cfn_lint(root: Path) -> Cost:
    """The peer: the command with the same region and the same rules on the same files."""
    files = [path.relative_to(root).as_posix() for path in sorted(root.glob("products/*/versions/*.json"))]
    rules = ["--append-rules", str(REPOSITORY / "generators" / "rules")]
    command = [str(Path(sys.executable).parent / "cfn-lint"), "--regions", "eu-west-2", *rules]
    return run([*command, "--format", "json", "--template", *files], root, allowed=range(16))


def _check(root: Path) -> Cost:
    return run(catalog("check", "--json"), root, allowed=(0, 2))


def _cfn_lint_verdicts(cost: Cost) -> Verdicts:
    matches = json.loads(cost.out)
    return {
        (match["Rule"]["Id"], f"{match['Filename']}:{match['Location']['Start']['LineNumber']}") for match in matches
    }


def _check_verdicts(cost: Cost) -> Verdicts:
    return {(finding["rule"], finding["where"]) for finding in json.loads(cost.out)}


def _require_equal(expected: Verdicts, actual: Verdicts, source: str) -> None:
    """Exit when two runs differ: a comparison of different work is invalid."""
    if expected != actual or not actual:
        sys.exit(f"bench: the verdicts are not {source}: {sorted(expected ^ actual)[:5]}")


if __name__ == "__main__":
    sys.exit(main())
