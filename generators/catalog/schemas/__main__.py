"""Write the JSON schemas beside this file: `python -m generators.catalog.schemas`."""

from __future__ import annotations

from pathlib import Path

from generators.catalog.schemas import texts

for name, text in texts().items():
    (Path(__file__).parent / name).write_text(text, encoding="utf-8")
