"""The version step of each kind of change, from the tables in version_steps/.

A row is a change: what both templates have, what the older and the newer one have besides, the smallest sufficient
step, and a part of its reason.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from generators.check.compatibility.version_step import version_step
from scripts.localaws.core import data_file

TABLES = sorted((Path(__file__).parent / "version_steps").glob("*.yaml"))
ROWS = [(table.stem, row) for table in TABLES for row in data_file.read(table)]


def merged(first: Any, second: Any) -> Any:
    if not isinstance(first, dict) or not isinstance(second, dict):
        return second
    return first | {key: merged(first.get(key), value) for key, value in second.items()}


@pytest.mark.parametrize("row", [row for _, row in ROWS], ids=[f"{table}: {row['case']}" for table, row in ROWS])
def test_the_step_of_a_kind_of_change(row: dict[str, Any]) -> None:
    old, new = (merged(row.get("both", {}), row.get(side, {})) for side in ("old", "new"))

    step = version_step(old, new)

    assert step.bump.name == row["step"], step.changes
    assert row.get("reason", "") in "; ".join(step.reasons)
