"""`python -m scripts.docs [--check]`: write the generated documents; with --check list those that are out of date.

They are the tables of the module READMEs, docs/roles.md, the picture of the folders in docs/architecture.md and the
JSON schemas of the YAML files.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from generators.config import repository
from generators.config.files import write_atomically
from generators.errors import UserError
from scripts import program
from scripts.docs import folder_graph, json_schema, module_tables, roles
from scripts.terminal import print_errors, print_line


def main() -> int:
    """0 when every document is current or written, 1 for an invalid source, 2 for a document that is out of date."""
    root, check = repository.find_root(), "--check" in sys.argv[1:]
    stale: list[Path] = []
    problems: list[str] = []
    for path, render in _documents(root):
        try:
            text = render()
        except UserError as error:
            problems += error.problems
            continue
        if path.read_text(encoding="utf-8") == text:
            continue
        stale.append(path)
        if not check:
            write_atomically(path, text.encode())
        print_line(f"{path.relative_to(root)}: {'out of date; run make docs' if check else 'written'}")
    print_errors(tuple(problems))
    return 1 if problems else 2 if stale and check else 0


def _documents(root: Path) -> Iterator[tuple[Path, Callable[[], str]]]:
    """Each generated document with the function that renders its text."""
    for module in module_tables.modules(root):
        yield module / "README.md", partial(module_tables.readme, module)
    yield root / roles.FILE, partial(roles.text, root)
    yield root / folder_graph.FILE, partial(folder_graph.text, root)
    for name, text in json_schema.texts().items():
        yield root / json_schema.FOLDER / name, partial(str, text)


if __name__ == "__main__":
    program.run("docs", main, "run it again")
