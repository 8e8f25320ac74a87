"""Repositories of synthetic products for the benchmarks and tests."""

from __future__ import annotations

import shutil
from pathlib import Path

from generators.launch_policy import FILE, derive
from generators.release import load

REPOSITORY = Path(__file__).parents[2]
RESOURCES = 34

_TEMPLATE = Path(__file__).with_name("synthetic_template.py").read_text(encoding="utf-8")
_PRODUCT = """\
title: Synthetic {number}
description: A product for benchmarks
owner: ml-platform
portfolio: data-science
version: "1.0.0"
launch_role: launch-synthetic-{number}
support: {{email: ml-platform@bank.example, url: "https://bank.example/help", text: Ask the platform team}}
"""


def repository(root: Path, count: int) -> Path:
    """A repository at `root` with `count` synthetic products; its platform facts are those of this repository."""
    (root / "terraform").mkdir(parents=True)
    for file in ("platform.yaml", "contracts.yaml"):
        shutil.copy(REPOSITORY / "terraform" / file, root / "terraform" / file)
    for number in range(count):
        folder = root / "products" / f"synthetic_{number}"
        folder.mkdir(parents=True)
        (folder / "template.py").write_text(_TEMPLATE.replace("NUMBER = 0", f"NUMBER = {number}"))
        (folder / "product.yaml").write_text(_PRODUCT.format(number=number))
        (folder / "CHANGELOG.md").write_text("# Changes\n\n## 1.0.0\n\nFirst version.\n")
    for product in load.products(root):
        (product.folder / FILE).write_text(derive.launch_policy(root, product))
    return root


def break_one(root: Path) -> None:
    """Give one product a defect that cfn-lint finds."""
    _replace(root / "products" / "synthetic_1" / "template.py", "python3.12", "python3.6")


def edit_one(root: Path) -> None:
    """Change one product in a way that needs linting again."""
    _replace(root / "products" / "synthetic_0" / "template.py", "Timeout=60", "Timeout=90")


def _replace(path: Path, old: str, new: str) -> None:
    path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
