"""`python -m scripts.readme [--check]`: the tables of the modules' READMEs, from their variables and outputs."""

from __future__ import annotations

import sys
from pathlib import Path

from generators.catalog import load
from generators.catalog.model import CatalogError
from generators.catalog.show import complain, say
from scripts.readme.tables import modules, readme


def main() -> int:
    """Writes what is old, or with --check only names it: 0 when nothing is wrong, 1 to correct, 2 old tables."""
    root, check = load.find_root(), "--check" in sys.argv[1:]
    old: list[Path] = []
    problems: list[str] = []
    for module in modules(root):
        path = module / "README.md"
        try:
            text = readme(module)
        except CatalogError as error:
            problems += error.problems
            continue
        if path.read_text(encoding="utf-8") != text:
            old.append(path)
            if not check:
                path.write_text(text, encoding="utf-8")
    for path in old:
        say(f"{path.relative_to(root)}: {'old; run make docs' if check else 'written'}")
    complain(tuple(problems))
    return 1 if problems else 2 if old and check else 0


if __name__ == "__main__":
    sys.exit(main())
