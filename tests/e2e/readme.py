"""The commands of README.md that a newcomer types."""

import json
import re

from tests.e2e.copies import ROOT, Copy

_BLOCK = re.compile(r"^## Quick start\n.*?^```\n(?P<commands>.*?)^```$", re.MULTILINE | re.DOTALL)


def quick_start() -> list[str]:
    """Commands of the section "Quick start", continued lines joined, without comments."""
    match = _BLOCK.search((ROOT / "README.md").read_text(encoding="utf-8"))
    assert match, "README.md has no code block under its heading Quick start"
    lines = match["commands"].replace("\\\n", " ").splitlines()
    return [" ".join(line.partition("#")[0].split()) for line in lines if line.strip()]


def inventory(copy: Copy) -> set[tuple[str, str, str]]:
    """Account, name and product of every row that `catalog inventory` lists; it must be able to read every account."""
    completed = copy.shell(".venv/bin/catalog inventory --json")
    assert completed.returncode == 0, completed.stderr
    denied = [line for line in completed.stderr.splitlines() if not line.startswith("reading accounts")]
    assert not denied, denied
    return {(row["account_name"], row["name"], row["product"]) for row in json.loads(completed.stdout)}
