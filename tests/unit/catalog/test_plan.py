"""Planning: states in, actions out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from generators.catalog.desired_state import DesiredProduct, description
from generators.catalog.plan import (
    AddVersion,
    AttachToPortfolio,
    CreateProduct,
    HubState,
    PublishedProduct,
    SetLaunchRole,
    SetReleaseDigest,
    UpdateProduct,
    plan,
)
from generators.catalog.upgrades import Provisioned, newest, plan_upgrades
from generators.errors import UserError
from generators.release.model import Product, Release, Support
from generators.release.version import Version

ROLE, PORTFOLIO = "launch-note-book", "data-science"


def wanted(*versions: str, declared: str = "", **changes: str) -> DesiredProduct:
    """A product with these frozen versions; the last one is declared unless another is named."""
    product = Product(
        name="note-book",
        folder=Path("products/note_book"),
        title="Note book",
        description="A place for notes",
        owner="ml-platform",
        portfolio=PORTFOLIO,
        version=Version.parse(declared or versions[-1]),
        launch_role=ROLE,
        support=Support("help@bank.example", "https://bank.example", "Ask"),
    )
    product = replace(product, **changes)  # type: ignore[arg-type]
    releases = tuple(Release(product, Version.parse(it), it.encode()) for it in versions)
    notes = {it.version: f"notes on {it.version}" for it in releases}
    return DesiredProduct(product, releases, notes, "products/note_book/product.yaml:4")


def hub(*products: PublishedProduct) -> HubState:
    return HubState("eu-west-2", frozenset({PORTFOLIO}), {it.name: it for it in products})


def held(it: DesiredProduct, *versions: str, **changes: object) -> PublishedProduct:
    """The product as the hub holds it after these versions of it were published whole."""
    published = {rel.version: description(it, rel) for rel in it.releases if str(rel.version) in versions}
    whole = PublishedProduct("note-book", it.mark, False, it.words, published, {PORTFOLIO: ROLE})
    return replace(whole, **changes)  # type: ignore[arg-type]


def steps(it: DesiredProduct, state: HubState) -> list[str]:
    """Actions as short words: "add 1.1.0"."""

    def word(action: object) -> str:
        match action:
            case CreateProduct(_, release):
                return f"create {release.version}"
            case AddVersion(_, release):
                return f"add {release.version}"
            case UpdateProduct() | AttachToPortfolio() | SetLaunchRole() | SetReleaseDigest():
                return type(action).__name__
        raise AssertionError(action)

    return [word(action) for action in plan([it], state)]


def test_an_empty_hub_gets_everything_in_order_and_the_mark_last():
    found = steps(wanted("1.0.0", "1.1.0"), hub())

    assert found == ["create 1.0.0", "add 1.1.0", "AttachToPortfolio", "SetLaunchRole", "SetReleaseDigest"]


def test_a_product_comes_to_studio_and_leaves_it_by_an_update_and_another_mark():
    it = wanted("1.0.0")
    shown = replace(it, product=replace(it.product, visible_in_studio=True))

    assert shown.mark != it.mark
    assert steps(shown, hub(held(it, "1.0.0"))) == ["UpdateProduct", "SetReleaseDigest"]
    assert steps(it, hub(held(it, "1.0.0", visible_in_studio=True, mark=shown.mark))) == [
        "UpdateProduct",
        "SetReleaseDigest",
    ]
    assert steps(shown, hub(held(shown, "1.0.0", visible_in_studio=True))) == []


def test_a_settled_product_needs_nothing():
    it = wanted("1.0.0")

    assert steps(it, hub(PublishedProduct("note-book", it.mark, settled=True))) == []


def test_a_product_that_was_read_in_full_and_is_whole_needs_nothing():
    it = wanted("1.0.0")

    assert steps(it, hub(held(it, "1.0.0"))) == []


@pytest.mark.parametrize(
    ("changes", "rest"),
    [
        ({"mark": ""}, ["SetReleaseDigest"]),
        ({"mark": "", "portfolios": {PORTFOLIO: ""}}, ["SetLaunchRole", "SetReleaseDigest"]),
        ({"mark": "", "portfolios": {}}, ["AttachToPortfolio", "SetLaunchRole", "SetReleaseDigest"]),
        ({"portfolios": {}}, ["AttachToPortfolio", "SetLaunchRole"]),
        ({"mark": "", "words": {}}, ["UpdateProduct", "SetReleaseDigest"]),
        ({"mark": "", "portfolios": {PORTFOLIO: "another"}}, ["SetLaunchRole", "SetReleaseDigest"]),
    ],
)
def test_an_interrupted_publish_is_continued_where_it_stopped(changes, rest):
    it = wanted("1.0.0")

    assert steps(it, hub(held(it, "1.0.0", **changes))) == rest


def test_only_versions_that_the_hub_lacks_are_added():
    it = wanted("1.0.0", "1.1.0", "1.2.0")

    assert steps(it, hub(held(it, "1.0.0", mark="older"))) == ["add 1.1.0", "add 1.2.0", "SetReleaseDigest"]


def test_a_gap_below_the_newest_published_version_was_deleted_on_purpose():
    it = wanted("1.0.0", "1.1.0", "1.2.0")

    assert steps(it, hub(held(it, "1.1.0", mark="older"))) == ["add 1.2.0", "SetReleaseDigest"]


def test_a_declared_patch_of_an_older_line_is_added_below_the_newest():
    it = wanted("1.0.0", "1.0.1", "1.1.0", declared="1.0.1")

    assert steps(it, hub(held(it, "1.0.0", "1.1.0", mark="older"))) == ["add 1.0.1", "SetReleaseDigest"]


def test_other_content_under_a_published_version_is_refused():
    it = wanted("1.0.0")
    other = held(it, "1.0.0", mark="", versions={Version(1, 0, 0): "sha256:" + "0" * 64 + " other"})

    with pytest.raises(UserError) as caught:
        plan([it], hub(other))

    assert caught.value.problems == ("note-book 1.0.0 is already published with other content; raise the version",)


def test_all_reasons_of_all_products_come_together():
    first = wanted("1.0.0", portfolio="risk")
    second = wanted("1.0.0", portfolio="fraud", name="other-book")

    with pytest.raises(UserError) as caught:
        plan([first, second], hub())

    assert len(caught.value.problems) == 2
    assert caught.value.problems[0] == (
        "products/note_book/product.yaml:4: portfolio 'risk' does not exist in the hub (eu-west-2); "
        "create it with `make apply ROOT=hub`"
    )


@pytest.mark.parametrize(("published", "refused"), [(99, False), (100, True)])
def test_a_product_holds_at_most_100_versions(published, refused):
    names = [f"1.{number}.0" for number in range(published + 1)]
    it = wanted(*names)
    state = hub(held(it, *names[:-1], mark="older"))

    if refused:
        with pytest.raises(UserError, match="at most 100 versions; free one with `catalog retire note-book"):
            plan([it], state)
    else:
        assert steps(it, state) == ["add 1.99.0", "SetReleaseDigest"]


@pytest.mark.parametrize(
    "other",
    [
        wanted("1.0.0", "1.1.0"),
        wanted("1.0.0", description="Another place"),
        wanted("1.0.0", portfolio="another"),
        wanted("1.0.0", launch_role="another"),
        wanted("1.0.0", owner="another"),
    ],
)
def test_the_mark_moves_with_everything_that_publishing_decides(other):
    assert other.mark != wanted("1.0.0").mark


def test_the_mark_is_the_same_for_the_same_folder():
    assert wanted("1.0.0").mark == wanted("1.0.0").mark
    assert wanted("1.0.0").mark.startswith("ml-platform, release ")


def provisioned(version: str, status: str = "AVAILABLE", product: str = "note-book") -> Provisioned:
    return Provisioned("pp-1", "mine", product, version, status, "arn", "eu-west-2", "stack")


@pytest.mark.parametrize(
    ("it", "to"),
    [
        (provisioned("1.0.0"), ["1.10.0"]),
        (provisioned("1.9.0"), ["1.10.0"]),
        (provisioned("1.9.0", "TAINTED"), ["1.10.0"]),
        (provisioned("1.10.0", "TAINTED"), ["1.10.0"]),
        (provisioned("1.10.0"), []),
        (provisioned("2.0.0"), []),
        (provisioned("2.0.0", "TAINTED"), []),
        (provisioned("1.0.0", "UNDER_CHANGE"), []),
        (provisioned("1.0.0", product="somebody-elses"), []),
        (provisioned("draft"), []),
    ],
)
def test_what_is_behind_is_upgraded(it, to):
    assert [found.to for found in plan_upgrades([it], {"note-book": "1.10.0"})] == to


def test_the_newest_version_is_the_highest_number():
    assert newest(["1.9.0", "1.10.0", "draft"]) == "1.10.0"
    assert newest([]) == ""
