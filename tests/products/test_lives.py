"""Every product's life on the embedded AWS: launched at its first version, upgraded step by step to its newest, ended.

Parameters are those of .taskcat.yml. A product stands on what others hand over, so the account holds an environment.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import cache
from itertools import pairwise

import pytest
import yaml

from generators.release import load, versions_folder
from generators.release.model import Product, Release
from tests.localaws.conftest import started
from tests.products.account import ROOT, Account
from tests.products.test_launch import STUDIO, Stack

CASES = [
    pytest.param(product, case, id=f"{product.name} {case}")
    for product in load.products(ROOT)
    if product.name != STUDIO  # the ground of the others; test_launch.py follows its own life
    for case in yaml.safe_load((product.folder / ".taskcat.yml").read_text())["tests"]
]


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    with started(tmp_path_factory.mktemp("aws")) as server:
        yield Account(server.endpoint)


@pytest.fixture(scope="module")
def environment(account: Account) -> Stack:
    studio = Stack(account, STUDIO, "studio", account.launch_role(STUDIO))
    newest = str(versions_folder.declared_release(load.product(ROOT, STUDIO)).version)
    assert studio.create(newest, TeamName="credit-risk") == "CREATE_COMPLETE"
    return studio


@pytest.fixture(scope="module")
def key(account: Account) -> Callable[[str], str]:
    """The access key of a session of the product's launch role, made when it is first asked for."""

    @cache
    def of(product: str) -> str:
        account.create_prerequisites(product)
        return account.launch_role(product)

    return of


def parameters(product: Product, case: str) -> dict[str, str]:
    config = yaml.safe_load((product.folder / ".taskcat.yml").read_text())
    return {name: str(value) for name, value in config["tests"][case].get("parameters", {}).items()}


def takes(release: Release, given: dict[str, str]) -> bool:
    """Whether the version asks for these parameters and allows these answers: a later one may offer more."""
    asked = json.loads(release.body)["Parameters"]
    return all(
        name in asked and value in map(str, asked[name].get("AllowedValues", [value])) for name, value in given.items()
    )


@pytest.mark.usefixtures("environment")
@pytest.mark.parametrize(("product", "case"), CASES)
def test_product_is_launched_upgraded_and_ended(
    account: Account, key: Callable[[str], str], product: Product, case: str
) -> None:
    given = parameters(product, case)
    versions = [str(release.version) for release in versions_folder.releases(product) if takes(release, given)]
    stack = Stack(account, product.name, f"{product.name}-{case}", key(product.name))
    assert stack.create(versions[0], **given) == "CREATE_COMPLETE"
    for old, new in pairwise(versions):
        before = stack.physical
        assert stack.update(new, **given) == "UPDATE_COMPLETE", f"{old} -> {new}"
        assert before.items() <= stack.physical.items(), "an upgrade replaces nothing"
    assert all(stack.outputs.values())
    assert stack.delete() == "DELETE_COMPLETE"
