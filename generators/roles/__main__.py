"""`python -m generators.roles` writes docs/roles.md."""

import sys
from pathlib import Path

from generators.catalog import load
from generators.catalog.model import CatalogError
from generators.catalog.show import complain
from generators.roles import matrix, page


def main(root: Path) -> int:
    """0 when every cell is as declared and the page is written."""
    try:
        account = matrix.read(root)
    except CatalogError as error:
        complain(error.problems)
        return 1
    wrong = tuple(matrix.wrong(account))
    complain(wrong)
    (root / page.FILE).write_text(page.text(account), encoding="utf-8")
    return 2 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(load.find_root()))
