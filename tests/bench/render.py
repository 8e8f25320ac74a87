"""Rendering against AWS CDK making the same resources: `python -m tests.bench.render`.

The peer is `node app.js` with typed constructs, no tree metadata, no analytics and no validation. Both are whole
processes, start-up included; what one product more costs is the difference between 8 and 50. npm installs aws-cdk-lib
into .cache/bench once.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.bench import synthetic
from tests.bench.measure import REPOSITORY, Cost, catalog, ratios, run, verdict

ROUNDS = 3
BOUND = 1 / 3  # of the CPU that CDK takes
PRODUCT_SECONDS = 0.020
CDK = REPOSITORY / ".cache" / "bench" / "cdk"


def main() -> int:
    """Exit code 0 when every bound is met, otherwise 2."""
    _install()
    verdicts = []
    few, many = 8, 50
    costs = {count: _compare(count) for count in (few, many)}
    for count, (ours, theirs) in costs.items():
        verdicts.append(verdict(f"render {count} products, CPU against AWS CDK", ratios(ours, theirs), BOUND))
    further = [(larger - smaller) / (many - few) for smaller, larger in zip(costs[few][0], costs[many][0], strict=True)]
    verdicts.append(verdict("render one product more, CPU", further, PRODUCT_SECONDS, " s"))
    return 0 if all(verdicts) else 2


def _compare(count: int) -> tuple[list[float], list[float]]:
    ours, theirs = [], []
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as folder:
            root = synthetic.repository(Path(folder) / "ours", count)
            ours.append(run(catalog("render"), root).cpu)
            theirs.append(_cdk(count, Path(folder) / "cdk").cpu)
            _require_equal(root, Path(folder) / "cdk")
    return ours, theirs


def _cdk(count: int, out: Path) -> Cost:
    return run(["node", "app.js"], CDK, {"OUT": str(out), "COUNT": str(count)})


def _require_equal(root: Path, out: Path) -> None:
    """Exit when the two rendered different properties: a comparison of different work is invalid."""
    ours = json.loads((root / "products/synthetic_0/versions/1.0.0.json").read_text())["Resources"]
    theirs = json.loads((out / "synthetic-0.template.json").read_text())["Resources"]
    different = [name for name in ours if ours[name]["Properties"] != theirs[name]["Properties"]]
    if different or len(ours) != synthetic.RESOURCES:
        sys.exit(f"bench: CDK made other resources than we did: {different}")


def _install() -> None:
    CDK.mkdir(parents=True, exist_ok=True)
    shutil.copy(Path(__file__).parent / "cdk" / "app.js", CDK / "app.js")
    if shutil.which("npm") is None:
        sys.exit("bench: npm is not on the PATH; install Node.js 20 or newer and run the command again")
    if not (CDK / "node_modules" / "aws-cdk-lib").is_dir():
        command = ["npm", "install", "--no-audit", "--no-fund", "--silent", "aws-cdk-lib", "constructs"]
        subprocess.run(command, cwd=CDK, check=True)


if __name__ == "__main__":
    sys.exit(main())
