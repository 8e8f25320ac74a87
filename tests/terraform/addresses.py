"""Resource addresses of a root module, read from its files and those of the modules that it calls.

`terraform fmt` starts every top-level block at the first column, so that no parser of HCL is needed.
"""

import re
from collections.abc import Iterator
from pathlib import Path

_BLOCK = re.compile(r'^(resource|module|moved)((?: "[\w-]+")*) \{\n(.*?)^\}', re.MULTILINE | re.DOTALL)
_SOURCE = re.compile(r'^  source\s+= "([^"]+)"', re.MULTILINE)
_FROM, _TO = (re.compile(rf"^  {name}\s+= (\S+)$", re.MULTILINE) for name in ("from", "to"))
_KEY = re.compile(r"\[[^]]*\]")


def resources(module: Path, prefix: str = "") -> Iterator[str]:
    """The address of each resource, without keys of instances: module.keys.aws_kms_key.this."""
    for kind, names, body in _blocks(module):
        if kind == "resource":
            yield prefix + ".".join(names)
        elif kind == "module":
            yield from resources(_called(module, body), f"{prefix}module.{names[0]}.")


def moves(module: Path, prefix: str = "") -> Iterator[tuple[str, str]]:
    """(former address, address) of each `moved` block, without keys of instances."""
    for kind, names, body in _blocks(module):
        if kind == "moved":
            yield prefix + _plain(_FROM, body), prefix + _plain(_TO, body)
        elif kind == "module":
            yield from moves(_called(module, body), f"{prefix}module.{names[0]}.")


def current(address: str, moved: dict[str, str]) -> str:
    """Current address of a resource with a former address; a move of a module moves each resource in it."""
    steps = address.split(".")
    for length in range(len(steps), 1, -2):
        former = ".".join(steps[:length])
        if former in moved:
            return current(".".join([moved[former], *steps[length:]]), moved)
    return address


def _blocks(module: Path) -> Iterator[tuple[str, list[str], str]]:
    for file in sorted(module.glob("*.tf")):
        for kind, labels, body in _BLOCK.findall(file.read_text(encoding="utf-8")):
            yield kind, re.findall(r"[\w-]+", labels), body


def _called(module: Path, body: str) -> Path:
    return (module / _SOURCE.findall(body)[0]).resolve()


def _plain(pattern: re.Pattern[str], body: str) -> str:
    return _KEY.sub("", pattern.findall(body)[0])
