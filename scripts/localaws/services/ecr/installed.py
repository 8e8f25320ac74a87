"""What images install, made once on this machine and kept: Python environments and mirrors of Terraform's providers.

pip takes the packages from the index that it is configured with, Terraform the providers from a mirror of this machine.
"""

import fcntl
import hashlib
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

_FOLDER = Path(__file__).resolve().parents[4] / ".local" / "environments"
_REGISTRY = "registry.terraform.io"  # a mirror has a folder of this name
_MIRRORS = ("~/.terraform.d/plugins", "~/.local/share/terraform/plugins", "/usr/local/share/terraform/plugins")


class InstallError(Exception):
    """This machine cannot install what an image installs."""


def python_environment(requirements: Sequence[Path]) -> Path:
    """The folder of an environment with these packages. Raises InstallError when they cannot be installed."""
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
        raise InstallError(f"the image's packages cannot be installed on this machine: {reason}")


def provider_mirror() -> Path:
    """A folder as `terraform providers mirror` writes it. Raises InstallError when this machine has none."""
    paths = (os.environ.get("TF_PLUGIN_DIR", ""), *_MIRRORS, *sorted(map(str, Path("/opt").iterdir())))
    folders = [
        folder for folder in (Path(path).expanduser() for path in paths if path) if (folder / _REGISTRY).is_dir()
    ]
    if not folders:
        raise InstallError(f"this machine has no mirror of Terraform's providers; write one to {_MIRRORS[0]}")
    return folders[0]
