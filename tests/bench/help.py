"""Seconds of `catalog --help`: `python -m tests.bench.help`."""

from __future__ import annotations

import sys

from tests.bench.measure import REPOSITORY, catalog, run, verdict

ROUNDS = 5
SECONDS = 0.3


def main() -> int:
    """Exit code 0 when the bound is met, otherwise 2."""
    run(catalog("--help"), REPOSITORY)  # bytecode is written once in the life of an installation
    waits = [run(catalog("--help"), REPOSITORY).wall for _ in range(ROUNDS)]
    return 0 if verdict("catalog --help", waits, SECONDS, " s") else 2


if __name__ == "__main__":
    sys.exit(main())
