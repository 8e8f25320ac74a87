"""The scanners' own environments under .cache/, installed from lock files."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from generators.config.files import write_atomically

_FOLDER = Path(__file__).parent


class MissingToolError(Exception):
    """A tool that cannot be installed, with the reason."""


def python(root: Path) -> Path:
    """The folder with the programs of requirements.lock. Raises MissingToolError."""
    lock = _FOLDER / "requirements.lock"

    def install(home: Path) -> None:
        _run([sys.executable, "-m", "venv", str(home)], home.parent, "checkov")
        install_locked = ["install", "--quiet", "--no-deps", "--require-hashes", "-r", str(lock)]
        _run([str(home / "bin" / "pip"), *install_locked], home, "checkov")

    return _installed(root / ".cache" / "audit" / "python", (lock,), install) / "bin"


def node(root: Path) -> Path:
    """The folder with the node_modules of package-lock.json. Raises MissingToolError."""
    files = (_FOLDER / "package.json", _FOLDER / "package-lock.json")
    if shutil.which("npm") is None:
        raise MissingToolError("npm is not on the PATH; install Node.js 20 or newer")

    def install(home: Path) -> None:
        home.mkdir(parents=True)
        for path in files:
            shutil.copy(path, home)
        _run(["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--silent"], home, "npm")

    return _installed(root / ".cache" / "audit" / "node", files, install)


def _installed(home: Path, lock_files: Sequence[Path], install: Callable[[Path], None]) -> Path:
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in lock_files)).hexdigest()
    marker = home / ".digest"
    if not marker.exists() or marker.read_text(encoding="utf-8") != digest:
        shutil.rmtree(home, ignore_errors=True)
        home.parent.mkdir(parents=True, exist_ok=True)
        install(home)
        write_atomically(marker, digest.encode())
    return home


def _run(command: Sequence[str], folder: Path, tool: str) -> None:
    process = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if process.returncode:
        last = (process.stderr.strip() or process.stdout.strip() or "it said nothing").splitlines()[-1]
        raise MissingToolError(f"{tool} cannot be installed ({last}); check that the package index is reachable")
