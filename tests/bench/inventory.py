"""Seconds of `catalog inventory` over 200 accounts that answer in 100 ms: `python -m tests.bench.inventory`."""

from __future__ import annotations

import sys

from tests.bench.measure import REPOSITORY, catalog, run, verdict
from tests.support.aws_stand_in import stand_in
from tests.support.many_accounts import ANSWERS

ROUNDS = 3
SECONDS = 5.0


def main() -> int:
    """Exit code 0 when the bound is met, otherwise 2."""
    with stand_in(ANSWERS, delay=0.1) as server:
        variables = {"AWS_ENDPOINT_URL": server.endpoint, "TARGET": "local"}
        waits = [run(catalog("inventory"), REPOSITORY, variables).wall for _ in range(ROUNDS)]
    return 0 if verdict("catalog inventory, 200 accounts", waits, SECONDS, " s") else 2


if __name__ == "__main__":
    sys.exit(main())
