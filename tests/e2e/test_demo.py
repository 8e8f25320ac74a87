"""`make demo` from nothing, in a copy of the repository, so that nobody's running embedded AWS is touched."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def copy_of_repository(tmp_path):
    for name in ("generators", "scripts", "products", "terraform"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns(".terraform", "__pycache__"))
    yield tmp_path
    _python(tmp_path, "scripts.localaws", "stop")


def _python(folder, *module):
    environment = {k: v for k, v in os.environ.items() if not k.startswith("AWS_")} | {"PYTHONPATH": str(folder)}
    return subprocess.run(
        [sys.executable, "-P", "-m", *module], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.xdist_group("terraform")
def test_the_story_holds_from_nothing_to_empty_plans(copy_of_repository):
    told = _python(copy_of_repository, "scripts.demo")
    assert told.returncode == 0, told.stdout[-4000:] + told.stderr[-2000:]
    assert "Every step held" in told.stdout
