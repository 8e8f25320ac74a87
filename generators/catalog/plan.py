"""What publishing and upgrading would do. Pure: states in, actions out; actions name things by name, never by id.

A product that is wholly published carries a release mark: a digest over everything that publishing decides. The mark is
written last, so a hub that shows it needs no second look, and one interrupted on the way does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from generators.catalog.desired_state import DesiredProduct, digest
from generators.errors import UserError
from generators.release.model import Release
from generators.release.version import Version

VERSIONS_PER_PRODUCT = 100  # https://docs.aws.amazon.com/general/latest/gr/servicecatalog.html


@dataclass(frozen=True, slots=True)
class PublishedProduct:
    """A product as the hub of one region holds it. `settled` ones were not read further than their mark says."""

    name: str
    mark: str
    settled: bool = False
    words: Mapping[str, str] = field(default_factory=dict)
    versions: Mapping[Version, str] = field(default_factory=dict)  # version -> description
    portfolios: Mapping[str, str] = field(default_factory=dict)  # portfolio -> launch role, "" without one
    visible_in_studio: bool = False


@dataclass(frozen=True, slots=True)
class HubState:
    """The hub in one region."""

    region: str
    portfolios: frozenset[str]
    products: Mapping[str, PublishedProduct] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class CreateProduct:
    """A product together with its first version."""

    wanted: DesiredProduct
    release: Release


@dataclass(frozen=True, slots=True)
class UpdateProduct:
    """Other words about a product, or its place in Studio."""

    wanted: DesiredProduct


@dataclass(frozen=True, slots=True)
class AddVersion:
    """One version more."""

    wanted: DesiredProduct
    release: Release


@dataclass(frozen=True, slots=True)
class AttachToPortfolio:
    """The product enters a portfolio."""

    product: str
    portfolio: str


@dataclass(frozen=True, slots=True)
class SetLaunchRole:
    """The role of this name, in whatever account launches, creates the product's resources."""

    product: str
    portfolio: str
    role: str


@dataclass(frozen=True, slots=True)
class SetReleaseDigest:
    """Everything above is done."""

    product: str
    mark: str


Action = CreateProduct | UpdateProduct | AddVersion | AttachToPortfolio | SetLaunchRole | SetReleaseDigest


def plan(wanted: Iterable[DesiredProduct], state: HubState) -> tuple[Action, ...]:
    """What is left to do in one region; UserError with every reason why it cannot be done."""
    wanted = tuple(wanted)
    problems = [problem for it in wanted for problem in _problems(it, state)]
    if problems:
        raise UserError(problems)
    return tuple(action for it in wanted for action in _actions(it, state.products.get(it.product.name)))


def missing(wanted: DesiredProduct, published: Iterable[Version]) -> tuple[Release, ...]:
    """Frozen versions to publish: the declared one and those above every published one.

    Versions are published in order, so a gap below was made on purpose: that version was retired and deleted.
    """
    known = frozenset(published)
    newest = max(known, default=Version(-1, 0, 0))
    return tuple(
        it
        for it in wanted.releases
        if it.version not in known and (it.version > newest or it.version == wanted.product.version)
    )


def _actions(wanted: DesiredProduct, held: PublishedProduct | None) -> Iterable[Action]:
    product = wanted.product
    if held and held.settled:
        return
    yield from _release(wanted, held)
    launch_role = held.portfolios.get(product.portfolio) if held else None
    if launch_role is None:
        yield AttachToPortfolio(product.name, product.portfolio)
    if launch_role != product.launch_role:
        yield SetLaunchRole(product.name, product.portfolio, product.launch_role)
    if held is None or held.mark != wanted.mark:
        yield SetReleaseDigest(product.name, wanted.mark)


def _release(wanted: DesiredProduct, held: PublishedProduct | None) -> Iterable[Action]:
    """The product, its words and its versions."""
    releases = missing(wanted, held.versions if held else ())
    if held is None:
        yield CreateProduct(wanted, releases[0])
        releases = releases[1:]
    elif (held.words, held.visible_in_studio) != (wanted.words, wanted.product.visible_in_studio):
        yield UpdateProduct(wanted)
    yield from (AddVersion(wanted, it) for it in releases)


def _problems(wanted: DesiredProduct, state: HubState) -> Iterable[str]:
    product, held = wanted.product, state.products.get(wanted.product.name)
    if held and held.settled:
        return
    if product.portfolio not in state.portfolios:
        yield (
            f"{wanted.portfolio_at}: portfolio '{product.portfolio}' does not exist in the hub ({state.region}); "
            "create it with `make apply ROOT=hub`"
        )
    published = held.versions if held else {}
    for it in wanted.releases:
        if it.version in published and digest(published[it.version]) != it.digest:
            yield f"{product.name} {it.version} is already published with other content; raise the version"
    if len(published) + len(missing(wanted, published)) > VERSIONS_PER_PRODUCT:
        yield (
            f"{product.name}: a product holds at most {VERSIONS_PER_PRODUCT} versions; "
            f"free one with `catalog retire {product.name} VERSION --delete`"
        )
