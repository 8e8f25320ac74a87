"""Every product on the embedded AWS: provisioned at its first version, upgraded through the others, and terminated.

Parameters are those of .taskcat.yml. Products read contracts of the Studio environment, so the account has one.
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
from tests.products.spoke_account import ROOT, SpokeAccount
from tests.products.test_studio_launch import STUDIO, Stack

CASES = [
    pytest.param(product, case, id=f"{product.name} {case}")
    for product in load.products(ROOT)
    if product.name != STUDIO  # a prerequisite of the others; test_studio_launch.py tests it
    for case in yaml.safe_load((product.folder / ".taskcat.yml").read_text())["tests"]
]


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SpokeAccount]:
    with started(tmp_path_factory.mktemp("aws")) as server:
        yield SpokeAccount(server.endpoint)


@pytest.fixture(scope="module")
def environment(account: SpokeAccount) -> Stack:
    studio = Stack(account, STUDIO, "studio", account.launch_role(STUDIO))
    newest = str(versions_folder.declared_release(load.product(ROOT, STUDIO)).version)
    assert studio.create(newest, TeamName="credit-risk") == "CREATE_COMPLETE"
    return studio


@pytest.fixture(scope="module")
def key(account: SpokeAccount) -> Callable[[str], str]:
    """Product -> access key of a session of its launch role, created on first use."""

    @cache
    def of(product: str) -> str:
        account.create_prerequisites(product)
        return account.launch_role(product)

    return of


def parameters(product: Product, case: str) -> dict[str, str]:
    config = yaml.safe_load((product.folder / ".taskcat.yml").read_text())
    return {name: str(value) for name, value in config["tests"][case].get("parameters", {}).items()}


def accepts(release: Release, values: dict[str, str]) -> bool:
    """Whether the version has these parameters and allows these values; a later version may allow more."""
    declared = json.loads(release.body)["Parameters"]
    return all(
        name in declared and value in map(str, declared[name].get("AllowedValues", [value]))
        for name, value in values.items()
    )


@pytest.mark.slow
@pytest.mark.usefixtures("environment")
@pytest.mark.parametrize(("product", "case"), CASES)
def test_a_product_is_upgraded_version_by_version(
    account: SpokeAccount, key: Callable[[str], str], product: Product, case: str
) -> None:
    values = parameters(product, case)
    stack = Stack(account, product.name, f"all-{product.name}-{case}", key(product.name))
    upgrade_through(stack, versions(product, values), values)


def versions(product: Product, values: dict[str, str]) -> list[str]:
    """The versions that accept the values, the oldest first."""
    return [str(release.version) for release in versions_folder.releases(product) if accepts(release, values)]


def upgrade_through(stack: Stack, names: list[str], values: dict[str, str]) -> None:
    """Create a stack at the first version, update it to each of the others, and delete it."""
    assert stack.create(names[0], **values) == "CREATE_COMPLETE"
    for old, new in pairwise(names):
        before = stack.physical
        assert stack.update(new, **values) == "UPDATE_COMPLETE", f"{old} -> {new}"
        assert before.items() <= stack.physical.items(), "an upgrade replaces nothing"
    assert all(stack.outputs.values())
    assert stack.delete() == "DELETE_COMPLETE"
