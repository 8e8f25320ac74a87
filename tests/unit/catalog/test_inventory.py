"""The inventory of many accounts, on a stand-in for AWS; tests/bench/inventory.py measures its seconds."""

from __future__ import annotations

import json
import os

from tests.support import fork_server
from tests.support.aws_stand_in import stand_in
from tests.support.many_accounts import ACCOUNTS, ANSWERS, LOCKED
from tests.unit.conftest import REPOSITORY


def test_the_inventory_reads_accounts_in_parallel_within_a_bound_and_keeps_their_order() -> None:
    with stand_in(ANSWERS, delay=0.1) as server:
        environment = {**os.environ, "AWS_ENDPOINT_URL": server.endpoint, "TARGET": "local"}
        completed = fork_server.catalog(["inventory", "--json"], REPOSITORY, environment)

    assert completed.returncode == 0, completed.stderr
    rows = json.loads(completed.stdout)
    assert all(row["name"] == f"studio-{row['account']}" for row in rows), (
        "each account is read with its own credentials"
    )
    names = [row["account_name"] for row in rows]
    assert names == [name for name in ACCOUNTS if name != LOCKED]
    [unreadable] = [line for line in completed.stderr.splitlines() if "was denied" in line]
    assert unreadable.startswith(f"{LOCKED} ({ACCOUNTS[LOCKED]}): ")
    assert server.calls.count("AssumeRole") == len(ACCOUNTS) + 1, "the hub's own credentials are asked for once"
    assert 8 <= server.most_running <= 32 + 1, "the accounts of the bound, and a page of the listing"
