"""CHANGELOG.md of a product: one heading `## 1.1.0` per version, newest first. Reads files, nothing else."""

from __future__ import annotations

import re
from collections.abc import Mapping

from generators.config import text_file
from generators.errors import UserError
from generators.release.model import Product
from generators.release.version import Version

_FILE = "CHANGELOG.md"
_HEADING = re.compile(r"##\s+\[?(?P<version>[^\s\]]+)\]?(\s.*)?")


def read(product: Product) -> Mapping[Version, str]:
    """Version -> the first line of text below its heading, "" when there is none."""
    entries: dict[Version, str] = {}
    version: Version | None = None
    for line in text_file.read_optional(product.folder / _FILE, product.path(_FILE)).splitlines():
        heading = _HEADING.fullmatch(line.strip())
        if heading:
            version = Version.find(heading["version"])
            entries |= {version: ""} if version else {}
        elif version and not entries[version]:
            entries[version] = line.strip().lstrip("*- ")
    return entries


def summary(product: Product, version: Version) -> str:
    """The first line of a version's entry; UserError when the heading or the line is missing."""
    entries = read(product)
    where = product.path(_FILE)
    if version not in entries:
        raise UserError(f"{where}: no heading for {version}; write '## {version}' and below it what the user notices")
    if not entries[version]:
        raise UserError(f"{where}: nothing is written below '## {version}'; say what the user notices")
    return entries[version]
