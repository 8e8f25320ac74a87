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


def _folder(root: Path, lock: str) -> Path:
    """The folder of the environment of the current lock file."""
    return root / ".cache" / "projects" / hashlib.sha256((root / lock).read_bytes()).hexdigest()[:_NAME_LENGTH]


def ensure(root: Path, on_progress: Callable[[str], None], lock: str = LOCK) -> Path:
    """Install the packages of a lock file once; the folder of programs. UserError when pip cannot install them."""
    folder = _folder(root, lock)
    if not (folder / _MARKER).is_file():
        with _lock(folder):
            if not (folder / _MARKER).is_file():  # another process may have installed it meanwhile
                on_progress(f"installing the packages of {lock} (a minute or two, once)")
                _install(root, lock, folder)
    return folder / "bin"


@contextmanager
def _lock(folder: Path) -> Iterator[None]:
    """Let one process at a time install; the others wait."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_suffix(".lock").open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield


def _install(root: Path, lock: str, folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    _run([sys.executable, "-m", "venv", str(folder)], lock)
    pip = [str(folder / "bin" / "pip"), "install", "--quiet", "--no-deps", "--require-hashes", "-r", str(root / lock)]
    _run(pip, lock)
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


def _run(command: Sequence[str], lock: str) -> None:
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode:
        last = (result.stderr.strip() or result.stdout.strip() or "it said nothing").splitlines()[-1]
        raise UserError(f"{lock}: it cannot be installed ({last}); check that the package index is reachable")
