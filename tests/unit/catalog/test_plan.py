"""Plans of publishing and of upgrades: states in, actions out."""

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
from generators.catalog.upgrades import ProvisionedProduct, newest, plan_upgrades
from generators.errors import UserError
from generators.release.model import Product, Release, Support
from generators.release.version import Version

OTHER_VERSIONS = ("v1", "1.0", "latest", "2024-05-01", "01.0.0", "٣.0.0", "9" * 5000, "")
ROLE, PORTFOLIO = "launch-note-book", "data-science"


def desired_product(*versions: str, declared: str = "", **changes: str) -> DesiredProduct:
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
    releases = tuple(Release(product, Version.parse(version), version.encode()) for version in versions)
    summaries = {release.version: f"notes on {release.version}" for release in releases}
    return DesiredProduct(product, releases, summaries, "products/note_book/product.yaml:4")


def hub(*products: PublishedProduct) -> HubState:
    return HubState("eu-west-2", frozenset({PORTFOLIO}), {product.name: product for product in products})


def published(desired: DesiredProduct, *versions: str, **changes: object) -> PublishedProduct:
    """The product in the hub after these versions were completely published."""
    descriptions = {
        release.version: description(desired, release)
        for release in desired.releases
        if str(release.version) in versions
    }
    product = PublishedProduct(
        "note-book", desired.release_digest, False, desired.attributes, descriptions, {PORTFOLIO: ROLE}
    )
    return replace(product, **changes)  # type: ignore[arg-type]


def steps(desired: DesiredProduct, state: HubState) -> list[str]:
    """The planned actions as short texts such as "add 1.1.0"."""

    def step(action: object) -> str:
        match action:
            case CreateProduct(_, release):
                return f"create {release.version}"
            case AddVersion(_, release):
                return f"add {release.version}"
            case UpdateProduct() | AttachToPortfolio() | SetLaunchRole() | SetReleaseDigest():
                return type(action).__name__
        raise AssertionError(action)

    return [step(action) for action in plan([desired], state)]


def test_an_empty_hub_gets_everything_in_order_and_the_digest_last():
    actions = steps(desired_product("1.0.0", "1.1.0"), hub())

    assert actions == ["create 1.0.0", "add 1.1.0", "AttachToPortfolio", "SetLaunchRole", "SetReleaseDigest"]


def test_a_change_of_visibility_in_studio_is_an_update_and_another_digest():
    desired = desired_product("1.0.0")
    visible = replace(desired, product=replace(desired.product, visible_in_studio=True))

    assert visible.release_digest != desired.release_digest
    assert steps(visible, hub(published(desired, "1.0.0"))) == ["UpdateProduct", "SetReleaseDigest"]
    hidden = published(desired, "1.0.0", visible_in_studio=True, release_digest=visible.release_digest)
    assert steps(desired, hub(hidden)) == ["UpdateProduct", "SetReleaseDigest"]
    assert steps(visible, hub(published(visible, "1.0.0", visible_in_studio=True))) == []


def test_an_up_to_date_product_needs_nothing():
    desired = desired_product("1.0.0")

    assert steps(desired, hub(PublishedProduct("note-book", desired.release_digest, is_up_to_date=True))) == []


def test_a_completely_read_and_published_product_needs_nothing():
    desired = desired_product("1.0.0")

    assert steps(desired, hub(published(desired, "1.0.0"))) == []


@pytest.mark.parametrize(
    ("changes", "rest"),
    [
        ({"release_digest": ""}, ["SetReleaseDigest"]),
        ({"release_digest": "", "portfolios": {PORTFOLIO: ""}}, ["SetLaunchRole", "SetReleaseDigest"]),
        ({"release_digest": "", "portfolios": {}}, ["AttachToPortfolio", "SetLaunchRole", "SetReleaseDigest"]),
        ({"portfolios": {}}, ["AttachToPortfolio", "SetLaunchRole"]),
        ({"release_digest": "", "attributes": {}}, ["UpdateProduct", "SetReleaseDigest"]),
        ({"release_digest": "", "portfolios": {PORTFOLIO: "another"}}, ["SetLaunchRole", "SetReleaseDigest"]),
    ],
)
def test_an_interrupted_publish_is_continued_where_it_stopped(changes, rest):
    desired = desired_product("1.0.0")

    assert steps(desired, hub(published(desired, "1.0.0", **changes))) == rest


def test_only_versions_that_the_hub_lacks_are_added():
    desired = desired_product("1.0.0", "1.1.0", "1.2.0")

    assert steps(desired, hub(published(desired, "1.0.0", release_digest="older"))) == [
        "add 1.1.0",
        "add 1.2.0",
        "SetReleaseDigest",
    ]


def test_a_missing_version_below_the_newest_published_one_is_not_published_again():
    desired = desired_product("1.0.0", "1.1.0", "1.2.0")

    assert steps(desired, hub(published(desired, "1.1.0", release_digest="older"))) == ["add 1.2.0", "SetReleaseDigest"]


def test_a_current_patch_of_an_older_minor_version_is_added_below_the_newest():
    desired = desired_product("1.0.0", "1.0.1", "1.1.0", declared="1.0.1")

    assert steps(desired, hub(published(desired, "1.0.0", "1.1.0", release_digest="older"))) == [
        "add 1.0.1",
        "SetReleaseDigest",
    ]


def test_other_content_under_a_published_version_is_refused():
    desired = desired_product("1.0.0")
    other = published(desired, "1.0.0", release_digest="", versions={Version(1, 0, 0): "sha256:" + "0" * 64 + " other"})

    with pytest.raises(UserError) as caught:
        plan([desired], hub(other))

    assert caught.value.problems == ("note-book 1.0.0 is already published with other content; raise the version",)


def test_the_problems_of_all_products_are_reported_together():
    first = desired_product("1.0.0", portfolio="risk")
    second = desired_product("1.0.0", portfolio="fraud", name="other-book")

    with pytest.raises(UserError) as caught:
        plan([first, second], hub())

    assert len(caught.value.problems) == 2
    assert caught.value.problems[0] == (
        "products/note_book/product.yaml:4: portfolio 'risk' does not exist in the hub (eu-west-2); "
        "create it with `make apply ROOT=hub`"
    )


@pytest.mark.parametrize(("count", "is_refused"), [(99, False), (100, True)])
def test_a_product_holds_at_most_100_versions(count, is_refused):
    names = [f"1.{number}.0" for number in range(count + 1)]
    desired = desired_product(*names)
    state = hub(published(desired, *names[:-1], release_digest="older"))

    if is_refused:
        with pytest.raises(UserError, match="at most 100 versions; free one with `catalog retire note-book"):
            plan([desired], state)
    else:
        assert steps(desired, state) == ["add 1.99.0", "SetReleaseDigest"]


@pytest.mark.parametrize(
    "other",
    [
        desired_product("1.0.0", "1.1.0"),
        desired_product("1.0.0", description="Another place"),
        desired_product("1.0.0", portfolio="another"),
        desired_product("1.0.0", launch_role="another"),
        desired_product("1.0.0", owner="another"),
    ],
)
def test_the_release_digest_depends_on_everything_that_publishing_decides(other):
    assert other.release_digest != desired_product("1.0.0").release_digest


def test_the_release_digest_is_the_same_for_the_same_folder():
    assert desired_product("1.0.0").release_digest == desired_product("1.0.0").release_digest
    assert desired_product("1.0.0").release_digest.startswith("ml-platform, release ")


def provisioned(version: str, status: str = "AVAILABLE", product: str = "note-book") -> ProvisionedProduct:
    return ProvisionedProduct("pp-1", "mine", product, version, status, "arn", "eu-west-2", "stack")


@pytest.mark.parametrize(
    ("product", "targets"),
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
def test_an_older_or_tainted_product_is_upgraded(product, targets):
    assert [upgrade.to for upgrade in plan_upgrades([product], {"note-book": "1.10.0"})] == targets


def test_the_newest_version_is_the_highest_number():
    assert newest(["1.9.0", "1.10.0", "draft"]) == "1.10.0"
    assert newest([]) == ""


@pytest.mark.parametrize("name", OTHER_VERSIONS)
def test_a_version_that_is_not_ours_is_named_with_what_to_do(name: str) -> None:
    desired = desired_product("1.0.0")
    other = replace(published(desired, "1.0.0"), release_digest="", is_up_to_date=False, other_versions=(name,))
    with pytest.raises(UserError) as error:
        plan([desired], hub(other))
    (problem,) = error.value.problems
    assert problem.startswith(f"hub (eu-west-2): note-book has a version '{name[:80]}")
    assert "; delete it in the Service Catalog console" in problem


def test_versions_that_are_not_ours_are_no_upgrades() -> None:
    assert newest([*OTHER_VERSIONS, "1.2.0", "1.10.0"]) == "1.10.0"
    assert newest(OTHER_VERSIONS) == ""
    running = [
        ProvisionedProduct("pp", "studio", "note-book", name, "AVAILABLE", "", "", "") for name in OTHER_VERSIONS
    ]
    assert plan_upgrades(running, {"note-book": "1.2.0"}) == ()
    assert plan_upgrades(running, {"note-book": "latest"}) == ()
