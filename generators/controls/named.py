"""The controls that a rule's or a check's docstring names, Security Hub's ids in brackets: Control 49 [S3.8]. Pure."""

from __future__ import annotations

import re

_CONTROLS = re.compile(r"\bControls? (\d+(?:, \d+)*)")
_HUB_IDS = re.compile(r" \[[^]]*\]")


def numbers(docstring: str) -> tuple[int, ...]:
    """() when it names none."""
    named = _CONTROLS.search(_HUB_IDS.sub("", " ".join(docstring.split())))
    return tuple(int(number) for number in named[1].split(", ")) if named else ()
