"""The environment of rendered projects under .cache/projects/, made from their lock when there is none yet.

Apart from the platform's own, because SageMaker's SDK brings more than a hundred packages.
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

_MARK = ".complete"  # written last, so that a killed installation is made again
_NAME_LENGTH = 16  # hexadecimal digits of the lock's digest


def home(root: Path) -> Path:
    """Where the environment of the present lock stands, made or not."""
    return root / ".cache" / "projects" / hashlib.sha256((root / LOCK).read_bytes()).hexdigest()[:_NAME_LENGTH]


def ready(root: Path, say: Callable[[str], None]) -> Path:
    """The folder of programs; installs the lock as it stands. UserError when pip cannot install it."""
    found = home(root)
    if not (found / _MARK).is_file():
        with _alone(found):
            if not (found / _MARK).is_file():  # another process may have made it meanwhile
                say("installing the projects' locked packages (a minute or two, once)")
                _install(root, found)
    return found / "bin"


@contextmanager
def _alone(found: Path) -> Iterator[None]:
    """One process at a time installs; the others wait."""
    found.parent.mkdir(parents=True, exist_ok=True)
    with found.with_suffix(".lock").open("w") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        yield


def _install(root: Path, found: Path) -> None:
    shutil.rmtree(found, ignore_errors=True)
    _run([sys.executable, "-m", "venv", str(found)])
    _run([str(found / "bin" / "pip"), "install", "--quiet", "--no-deps", "--require-hashes", "-r", str(root / LOCK)])
    (found / _MARK).touch()


def variables(programs: Path) -> dict[str, str]:
    """Environment variables under which a project's commands find its programs, and no AWS account."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "PYTHON", "VIRTUAL_ENV"))}
    ours = {
        "PATH": f"{programs}{os.pathsep}{kept['PATH']}",
        "PYTHONPATH": "src",
        "AWS_EC2_METADATA_DISABLED": "true",
        "MYPY_CACHE_DIR": str(programs.parent / "mypy"),  # what mypy knows of the packages serves every project
    }
    return {**kept, **ours}


def _run(command: Sequence[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr.strip() or done.stdout.strip() or "it said nothing").splitlines()[-1]
        raise UserError(f"{LOCK}: it cannot be installed ({last}); check that the package index is reachable")
