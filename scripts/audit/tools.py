"""The scanners' own environments under .cache/, made from lock files when there is none yet."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

HERE = Path(__file__).parent


class AbsentError(Exception):
    """A tool that cannot be had here; the text says which and why."""


def python(root: Path) -> Path:
    """The folder of programs of the environment that requirements.lock names. Raises AbsentError."""
    lock = HERE / "requirements.lock"

    def install(home: Path) -> None:
        _run([sys.executable, "-m", "venv", str(home)], home.parent, "checkov")
        install_locked = ["install", "--quiet", "--no-deps", "--require-hashes", "-r", str(lock)]
        _run([str(home / "bin" / "pip"), *install_locked], home, "checkov")

    return _made(root / ".cache" / "audit" / "python", (lock,), install) / "bin"


def node(root: Path) -> Path:
    """The folder with the node_modules that package-lock.json names. Raises AbsentError."""
    wanted = (HERE / "package.json", HERE / "package-lock.json")
    if shutil.which("npm") is None:
        raise AbsentError("npm is not on the PATH; install Node.js 20 or newer")

    def install(home: Path) -> None:
        home.mkdir(parents=True)
        for path in wanted:
            shutil.copy(path, home)
        _run(["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--silent"], home, "npm")

    return _made(root / ".cache" / "audit" / "node", wanted, install)


def _made(home: Path, wanted: Sequence[Path], install: Callable[[Path], None]) -> Path:
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in wanted)).hexdigest()
    mark = home / ".digest"
    if not mark.exists() or mark.read_text(encoding="utf-8") != digest:
        shutil.rmtree(home, ignore_errors=True)
        home.parent.mkdir(parents=True, exist_ok=True)
        install(home)
        mark.write_text(digest, encoding="utf-8")
    return home


def _run(command: Sequence[str], folder: Path, what: str) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        last = (done.stderr.strip() or done.stdout.strip() or "it said nothing").splitlines()[-1]
        raise AbsentError(f"{what} cannot be installed ({last}); check that the package index is reachable")
