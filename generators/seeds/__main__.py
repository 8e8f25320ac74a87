"""`python -m generators.seeds`: write the archives that new projects begin with, when the project templates changed."""

import sys

from generators import seeds
from generators.catalog import load
from generators.catalog.model import CatalogError
from generators.catalog.show import complain, say


def main() -> int:
    """0 when they are current or written, 1 when a template is wrong."""
    try:
        for it in seeds.write(load.find_root()):
            say(f"{seeds.FOLDER}/{it}: written")
    except CatalogError as error:
        complain(error.problems)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
