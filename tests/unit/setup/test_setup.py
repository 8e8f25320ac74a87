"""`scripts/setup` in a small checkout: when the environment is made, and when it is left alone."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from functools import partial
from pathlib import Path

import pytest

from generators.config import repository
from generators.errors import UserError
from tests.unit.conftest import REPOSITORY

PROJECT = (
    '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n[project]\nname = "small"\n'
)
PACKAGES = 'version = "1"\n[tool.setuptools.packages.find]\ninclude = ["generators*"]\n'


def _checkout(folder: Path) -> Path:
    """A checkout without dependencies, whose environment is as `scripts/setup` leaves one."""
    for name, text in {
        "requirements.lock": "",
        "pyproject.toml": PROJECT + PACKAGES,
        "generators/__init__.py": "",
    }.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "scripts").mkdir()
    shutil.copy(REPOSITORY / "scripts/setup", folder / "scripts")
    venv.create(folder / ".venv")
    packages = next((folder / ".venv/lib").glob("python*")) / "site-packages"
    (packages / "editable.pth").write_text(f"{folder}\n", encoding="utf-8")
    content = PROJECT + PACKAGES + (folder / "scripts/setup").read_text(encoding="utf-8")
    (folder / ".venv/.digest").write_text(f"{hashlib.sha256(content.encode()).hexdigest()}  -\n", encoding="utf-8")
    return folder


def _tools(folder: Path) -> Path:
    """Programs on the PATH: a Python whose environments have a pip that installs nothing but the checkout itself."""
    pip = (
        '#!/bin/sh\nfor packages in "$(dirname "$0")"/../lib/*/site-packages; do pwd >"$packages/editable.pth"; done\n'
    )
    python = f"""#!/bin/sh
[ "$2" = venv ] || exec {sys.executable} "$@"
{sys.executable} -m venv --without-pip "$3" && cp "$(dirname "$0")/pip" "$3/bin/pip"
"""
    folder.mkdir()
    (folder / "terraform").symlink_to("/bin/true")
    for name, text in {"pip": pip, "python3.11": python}.items():
        (folder / name).write_text(text, encoding="utf-8")
        (folder / name).chmod(0o755)
    return folder


def _setup(folder: Path) -> subprocess.CompletedProcess[str]:
    tools = folder.parent / "tools"
    path = f"{tools if tools.is_dir() else _tools(tools)}:{os.environ['PATH']}"
    variables = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")} | {"PATH": path}
    return subprocess.run([folder / "scripts/setup"], env=variables, capture_output=True, text=True, check=False)


def _code(folder: Path) -> str:
    """The folder of the code that the environment runs."""
    command = [folder / ".venv/bin/python", "-P", "-c", "import generators; print(*generators.__path__)"]
    return subprocess.run(command, capture_output=True, text=True, check=True, cwd="/").stdout.strip()


def test_an_environment_of_this_checkout_is_left_alone(tmp_path: Path) -> None:
    completed = _setup(_checkout(tmp_path / "first"))

    assert (completed.returncode, completed.stdout, completed.stderr) == (0, "", "")


@pytest.mark.parametrize("transfer", [partial(shutil.copytree, symlinks=True), shutil.move])
def test_a_copied_or_moved_checkout_gets_an_environment_that_runs_its_own_code(tmp_path: Path, transfer) -> None:
    second = Path(transfer(_checkout(tmp_path / "first"), tmp_path / "second"))

    completed = _setup(second)

    assert completed.returncode == 0, completed.stderr
    assert "setup: .venv belongs to another checkout" in completed.stdout
    assert _code(second) == f"{second}/generators"
    assert _setup(second).stdout == ""


def test_an_environment_that_is_a_link_to_another_checkouts_is_replaced_and_the_other_one_stays(tmp_path: Path) -> None:
    first = _checkout(tmp_path / "first")
    second = shutil.copytree(first, tmp_path / "second", ignore=shutil.ignore_patterns(".venv"))
    (second / ".venv").symlink_to(first / ".venv")

    assert _setup(second).returncode == 0

    assert (_code(first), _code(second)) == (f"{first}/generators", f"{second}/generators")


def test_the_command_of_another_checkout_is_refused(tmp_path: Path) -> None:
    for name in ("generators/config/repository.py", "terraform/platform.yaml"):
        (tmp_path / name).parent.mkdir(parents=True)
        shutil.copy(REPOSITORY / name, tmp_path / name)

    with pytest.raises(UserError, match=f"this command runs the code of {REPOSITORY}; run `make setup` here"):
        repository.find_root(tmp_path)
