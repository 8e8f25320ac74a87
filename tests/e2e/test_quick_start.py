"""The README's Quick start from nothing, then the demo, which must leave alone what the Quick start made."""

import pytest

from tests.e2e.readme import inventory, quick_start

pytestmark = pytest.mark.slow


def test_each_command_of_the_quick_start_works_from_nothing(copy):
    for command in quick_start():
        completed = copy.shell(command)
        assert completed.returncode == 0, f"{command}: {completed.stdout[-3000:]}{completed.stderr[-2000:]}"


def test_the_demo_after_the_quick_start_leaves_its_server_and_its_products_alone(copy):
    server, products = copy.server, inventory(copy)
    assert {name for _, name, _ in products} == {"studio", "profile-alice"}

    completed = copy.shell("make demo")

    assert completed.returncode == 0, completed.stdout[-4000:] + completed.stderr[-2000:]
    assert "The embedded AWS that was in use is untouched" in completed.stdout
    assert copy.server == server
    assert inventory(copy) == products
