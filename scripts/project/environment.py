"""The virtual environment of rendered projects under .cache/projects/, created from their lock file when missing.

It is separate from the platform's environment, because SageMaker's SDK brings more than a hundred packages.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from generators.errors import UserError
from generators.project_templates import LOCK

_MARKER = ".complete"  # written last, so that an interrupted installation is repeated
_NAME_LENGTH = 16  # hexadecimal digits of the lock's digest


def _folder(root: Path) -> Path:
    """The folder of the environment of the current lock file."""
    return root / ".cache" / "projects" / hashlib.sha256((root / LOCK).read_bytes()).hexdigest()[:_NAME_LENGTH]


def ensure(root: Path, on_progress: Callable[[str], None]) -> Path:
    """Install the locked packages once; the folder of programs. UserError when pip cannot install them."""
    folder = _folder(root)
    if not (folder / _MARKER).is_file():
        with _lock(folder):
            if not (folder / _MARKER).is_file():  # another process may have installed it meanwhile
                on_progress("installing the projects' locked packages (a minute or two, once)")
                _install(root, folder)
    return folder / "bin"


@contextmanager
def _lock(folder: Path) -> Iterator[None]:
    """Let one process at a time install; the others wait."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_suffix(".lock").open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield


def _install(root: Path, folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    _run([sys.executable, "-m", "venv", str(folder)])
    _run([str(folder / "bin" / "pip"), "install", "--quiet", "--no-deps", "--require-hashes", "-r", str(root / LOCK)])
    (folder / _MARKER).touch()


def variables(programs: Path) -> dict[str, str]:
    """Environment variables with which a project's commands find its programs and no AWS account."""
    inherited = {
        key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "PYTHON", "VIRTUAL_ENV"))
    }
    own = {
        "PATH": f"{programs}{os.pathsep}{inherited['PATH']}",
        "PYTHONPATH": "src",
        "AWS_EC2_METADATA_DISABLED": "true",
        "MYPY_CACHE_DIR": str(programs.parent / "mypy"),  # one cache of the packages for every project
    }
    return {**inherited, **own}


def _run(command: Sequence[str]) -> None:
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode:
        last = (result.stderr.strip() or result.stdout.strip() or "it said nothing").splitlines()[-1]
        raise UserError(f"{LOCK}: it cannot be installed ({last}); check that the package index is reachable")
