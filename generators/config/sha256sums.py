"""Digest lists in the format of sha256sum, one line for each file of a folder. Reads and writes files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from generators.config import text_file
from generators.config.files import write_atomically
from generators.errors import UserError

FILE = "SHA256SUMS"


def read(path: Path, name: str, file_pattern: str, command: str) -> Mapping[str, str]:
    """File name -> its digest; empty without the list, UserError for a line that `command` does not write.

    `name` is the path of the list in messages; `file_pattern` is the regular expression of a file name.
    """
    line_pattern = re.compile(rf"(?P<digest>[0-9a-f]{{64}})  (?P<file>{file_pattern})")
    sums: dict[str, str] = {}
    for number, line in enumerate(text_file.read_optional(path, name).splitlines(), 1):
        match = line_pattern.fullmatch(line)
        if match is None or match["file"] in sums:
            raise UserError(f"{name}:{number}: is no line of `{command}`; run `git checkout -- {name}`")
        sums[match["file"]] = match["digest"]
    return sums


def write(path: Path, sums: Iterable[tuple[str, str]]) -> None:
    """Write file names and digests in the given order."""
    write_atomically(path, "".join(f"{digest}  {file}\n" for file, digest in sums).encode())
