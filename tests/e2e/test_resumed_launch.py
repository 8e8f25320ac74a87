"""A launch whose process was killed: the same command run again ends as if nothing had happened."""

from __future__ import annotations

import json

import pytest

from tests.e2e.conftest import SPOKE
from tests.e2e.counting_proxy import counting_proxy

IN_SPOKE = ("--account", SPOKE)


@pytest.fixture
def product(platform) -> str:
    name = "resumed-book"
    if name not in platform.estate.names():
        platform.add_products(name)
        assert platform.catalog("publish", name).returncode == 0
    return name


def _launch(platform, product, name, *more):
    return platform.catalog("provision", product, "--name", name, *IN_SPOKE, "--json", *more)


def test_provision_after_a_kill_ends_with_0_whether_the_launch_still_runs_or_has_ended(platform, product):
    command = ("provision", product, "--name", "killed", *IN_SPOKE, "--json", "--param", "Pages=42")
    with counting_proxy(platform.estate.server.endpoint) as deadly:
        child = platform.start(*command, AWS_ENDPOINT_URL=deadly.endpoint)
        deadly.arm(_request_number(platform, product, "ProvisionProduct"), child.pid)
        child.communicate()
    assert (child.returncode, deadly.calls[-1]) == (-9, "ProvisionProduct")

    second, third = (_launch(platform, product, "killed", "--param", "Pages=42") for _ in range(2))

    assert (second.returncode, third.returncode) == (0, 0), second.stderr + third.stderr
    assert json.loads(second.stdout) == json.loads(third.stdout)
    assert json.loads(third.stdout)["outputs"]["Name"]


def _request_number(platform, product, operation) -> int:
    """The number of the first request of this operation in a launch."""
    with counting_proxy(platform.estate.server.endpoint) as proxy:
        proxy.arm(0, 0)
        arguments = ("provision", product, "--name", "counted", *IN_SPOKE)
        assert platform.catalog(*arguments, AWS_ENDPOINT_URL=proxy.endpoint).returncode == 0
        return proxy.calls.index(operation) + 1


def test_a_name_that_another_request_uses_is_refused(platform, product):
    assert _launch(platform, product, "occupied").returncode == 0

    other = _launch(platform, product, "occupied", "--param", "Pages=7")

    assert other.returncode == 1
    assert "'occupied' exists already" in other.stderr


def test_a_terminated_name_is_launched_anew(platform, product):
    assert _launch(platform, product, "again").returncode == 0
    assert platform.catalog("terminate", "again", *IN_SPOKE).returncode == 0

    assert _launch(platform, product, "again").returncode == 0

    assert platform.catalog("terminate", "again", *IN_SPOKE).returncode == 0
