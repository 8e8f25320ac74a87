"""`python -m scripts.checkov`: findings of checkov in terraform/, and how many there are for each hundred resources."""

from __future__ import annotations

import sys

from generators.catalog import load
from generators.catalog.model import CatalogError
from generators.catalog.show import complain, say
from scripts.checkov.scan import scan

BOUND = 5.0


def main() -> int:
    """0 while at most five resources in a hundred fail and every skip says why; else 2."""
    try:
        found = scan(load.find_root())
    except CatalogError as error:
        complain(error.problems)
        return error.exit_code
    bare = tuple(f"{where}: the skip says no reason" for where, reason in found.skipped if len(reason) < 10)
    complain((*found.failures, *bare))
    counted = f"{len(found.failures)} failures, {len(found.skipped)} justified skips, {found.resources} resources"
    say(f"checkov: {counted}: {found.ratio:.1f} failures per 100 resources, bound {BOUND:.0f}")
    return 2 if bare or found.ratio > BOUND else 0


if __name__ == "__main__":
    sys.exit(main())
