"""The only reader of text files that people write: bounded in size, one sentence for each obstacle. Reads files."""

from __future__ import annotations

import io
import stat
from pathlib import Path

from generators.errors import UserError

SIZE_LIMIT = 2_000_000  # bytes; the largest file is a template, of which CloudFormation takes half
_NUL = "\0"


def read(path: Path, name: str, size_limit: int = SIZE_LIMIT) -> str:
    """The text with lines that end in a line feed, without a byte order mark; UserError when it cannot be read.

    `name` is the path in messages, relative to the repository.
    """
    content = read_bytes(path, name, size_limit)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        where, byte = f"{name}:{_line(content, error.start)}", content[error.start]
        raise UserError(f"{where}: is not readable text (byte 0x{byte:02x}); save the file as UTF-8 text") from None
    if _NUL in text:
        where = f"{name}:{_line(content, content.index(0))}"
        raise UserError(f"{where}: is not readable text (byte 0x00); save the file as UTF-8 text")
    return io.StringIO(text, newline=None).read()


def read_optional(path: Path, name: str) -> str:
    """The text, "" when there is no such file."""
    return read(path, name) if path.exists() or path.is_symlink() else ""


def read_bytes(path: Path, name: str, size_limit: int = SIZE_LIMIT) -> bytes:
    """The content of a regular file; never waits for a pipe and never reads more than the limit."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise UserError(f"{name}: is no file; put a text file in its place")
        with path.open("rb") as file:
            content = file.read(size_limit + 1)
    except FileNotFoundError:
        raise UserError(f"{name}: file is missing; create it") from None
    except OSError as error:
        raise UserError(f"{name}: cannot be read ({error.strerror}); correct its permissions or replace it") from None
    if len(content) > size_limit:
        raise UserError(f"{name}: is larger than {size_limit:,} bytes; split it or delete what is not needed")
    return content


def _line(content: bytes, offset: int) -> int:
    return len(content[:offset].splitlines()) or 1
