"""Atomic writes, the sentence for a file that cannot be written, and the digest of a set of files."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from generators.errors import UserError

_SPACE, _ACCESS = "free some space", "make it writable or work in another folder"
_REMEDIES = {
    errno.ENOSPC: _SPACE,
    errno.EDQUOT: _SPACE,
    errno.EFBIG: "raise the limit of a file's size (ulimit -f)",
    errno.EROFS: _ACCESS,
    errno.EACCES: _ACCESS,
    errno.EPERM: _ACCESS,
}


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file, and its folder where missing: readers see the old content or the new content, never a part.

    UserError when it cannot be written; then the old content stays and nothing else is left.
    """
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    with translate_write_errors(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            temporary.write_bytes(content)
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise


@contextmanager
def new_folder(folder: Path) -> Iterator[None]:
    """Remove a folder that this block creates when the block fails, so that the next run can create it."""
    try:
        yield
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


@contextmanager
def translate_write_errors(path: Path) -> Iterator[None]:
    """Turn a refusal of the system to write `path` into a UserError."""
    try:
        yield
    except OSError as error:
        name = _short(str(error.filename or path))
        remedy = _REMEDIES.get(error.errno or 0, "move away what is in its place")
        raise UserError(f"{name}: cannot be written ({error.strerror}); {remedy} and run the command again") from None


def access_problem(error: OSError, where: str) -> str:
    """The sentence for a full disk, a folder without write access and the like; "" for an error of another kind.

    `where` is named when the error names no file.
    """
    if isinstance(error, shutil.Error):  # of copytree: (source, target, message) of each file
        _, target, message = error.args[0][0]
        return f"{_short(target)}: cannot be written ({message}); {_SPACE} and run the command again"
    if error.errno not in _REMEDIES:
        return ""
    name = _short(str(error.filename or where))
    return f"{name}: cannot be read or written ({error.strerror}); {_REMEDIES[error.errno]} and run the command again"


def _short(name: str) -> str:
    """A path below the current folder relative to it."""
    path, folder = Path(name), Path.cwd()
    return path.relative_to(folder).as_posix() if path.is_absolute() and path.is_relative_to(folder) else name


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
