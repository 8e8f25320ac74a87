"""`catalog new` in a copy of the repository: the new product passes the tests of every product, launch included."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
NAME = "record-keeper"
COLLECTORS = ("products", "catalogue", "launch_policies", "job_roles", "upgrades")


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("copy")
    for name in ("generators", "scripts", "products", "terraform", "tests"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns(".terraform"))
    for name in ("pyproject.toml", "conftest.py"):
        shutil.copy(ROOT / name, folder / name)
    (ROOT / ".cache").mkdir(exist_ok=True)
    (folder / ".cache").symlink_to(ROOT / ".cache")  # entries are named by their content: lint a template only once
    completed = run(folder, "scripts.catalog", "new", NAME)
    assert completed.returncode == 0, completed.stderr
    return folder


def run(folder: Path, *module: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    command = [sys.executable, "-P", "-m", *module]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_a_new_product_checks_clean(copy: Path) -> None:
    completed = run(copy, "scripts.catalog", "check", NAME)
    assert (completed.returncode, completed.stdout) == (0, "1 product checked: no findings\n")


@pytest.mark.slow  # a minute; `make test` checks the new product, above
def test_a_new_product_passes_the_tests_of_every_product(copy: Path) -> None:
    """Run the tests of the new product, and those of all products together."""
    files = [f"tests/products/test_{collector}.py" for collector in COLLECTORS]
    completed = run(copy, "pytest", *files, "-k", f"{NAME} or not [", "-p", "no:cacheprovider", "-p", "no:xdist")
    assert completed.returncode == 0, completed.stdout[-4000:]
