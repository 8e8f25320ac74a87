"""Atomic writes, and the digest of a set of files."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file so that readers see the old content or the new content, never a part."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_bytes(content)
    temporary.replace(path)


def digest(contents: Iterable[tuple[str, bytes]]) -> str:
    """SHA-256 over the name, length and content of each file, in the given order, as 64 hex digits.

    The names of project archives contain it, and frozen templates name archives: the bytes must stay as they are.
    """
    sha256 = hashlib.sha256()
    for name, content in contents:
        sha256.update(f"{name}\0{len(content)}\0".encode() + content)
    return sha256.hexdigest()


def digest_files(root: Path, paths: Iterable[Path]) -> str:
    """The digest of files on disk, each named by its path below `root`."""
    return digest((path.relative_to(root).as_posix(), path.read_bytes()) for path in paths)
