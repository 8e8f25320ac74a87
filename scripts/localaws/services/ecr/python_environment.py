"""Python environments with the packages of requirements files, each made once on this machine and kept.

pip takes the packages from the index that it is configured with.
"""

import fcntl
import hashlib
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from scripts.localaws.services.ecr.images import MachineError

_FOLDER = Path(__file__).resolve().parents[4] / ".local" / "environments"


def create(requirements: Sequence[Path]) -> Path:
    """The folder of an environment with these packages. Raises MachineError when they cannot be installed."""
    texts = [path.read_bytes() for path in requirements]
    digest = hashlib.sha256(b"\0".join([sys.version.encode(), *texts])).hexdigest()[:16]
    folder = _FOLDER / digest
    _FOLDER.mkdir(parents=True, exist_ok=True)
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # several servers share the environments
        if not (folder / "complete").exists():
            _install(folder, requirements)
            (folder / "complete").touch()
    return folder


def _install(folder: Path, requirements: Sequence[Path]) -> None:
    _run([sys.executable, "-m", "venv", "--clear", "--without-pip", str(folder)])
    if requirements:
        files = [argument for path in requirements for argument in ("--requirement", str(path))]
        pip = [sys.executable, "-m", "pip", "--python", str(folder / "bin" / "python"), "install", "--quiet"]
        _run([*pip, "--no-deps", "--only-binary", ":all:", *files])


def _run(command: Sequence[str]) -> None:
    completed = subprocess.run(command, capture_output=True, text=True)
    if completed.returncode:
        reason = completed.stderr.strip()[-500:]
        raise MachineError(f"the image's packages cannot be installed on this machine: {reason}")
