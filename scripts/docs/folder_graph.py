"""The import graph of the folders as a Mermaid flowchart for docs/architecture.md. Reads the repository's own code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import grimp

FILE = "docs/architecture.md"
_BLOCK = re.compile("(<!-- folders: make docs -->\n).*?(<!-- /folders -->)", re.DOTALL)
_PARENTS = ("scripts", "scripts.localaws", "generators")
_NOT_SHOWN = frozenset({"scripts.localaws", "scripts.localaws.__main__"})


def text(root: Path) -> str:
    """docs/architecture.md with the current flowchart between its two marks."""
    page = (root / FILE).read_text(encoding="utf-8")
    return _BLOCK.sub(lambda block: f"{block[1]}{_flowchart()}{block[2]}", page)


def _flowchart() -> str:
    """Mermaid: one box per folder, one arrow per import that no chain of other imports implies."""
    imports = grimp.build_graph("generators", "scripts", cache_dir=None)
    children = {parent: sorted(imports.find_children(parent) - _NOT_SHOWN) for parent in _PARENTS}
    lines = ["```mermaid", "flowchart TD"]
    for parent, folders in children.items():
        boxes = (f'    {folder}["{folder.rpartition(".")[2]}"]' for folder in folders)
        lines += [f'  subgraph {parent.replace(".", "_")}_folder ["{parent.replace(".", "/")}"]', *boxes, "  end"]
    every = [folder for folders in children.values() for folder in folders]
    return "\n".join([*lines, *_arrows(imports, every), "```", ""])


def _arrows(imports: grimp.ImportGraph, folders: list[str]) -> Iterator[str]:
    for folder in folders:
        direct = [other for other in folders if other != folder and _imports(imports, folder, other)]
        for other in direct:
            chains = (imports.chain_exists(third, other, as_packages=True) for third in direct if third != other)
            if not any(chains):
                yield f"  {folder} --> {other}"


def _imports(imports: grimp.ImportGraph, importer: str, imported: str) -> bool:
    return imports.direct_import_exists(importer=importer, imported=imported, as_packages=True)
