"""Plans what publishing has to do. Pure: states in, actions out; actions use names, never ids.

A completely published product has a release digest: a digest of everything that publishing decides. It is written last,
so a hub with the digest needs no further comparison, and an interrupted publish is continued.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from generators.catalog.desired_state import DesiredProduct, digest
from generators.errors import UserError, excerpt
from generators.release import seeds
from generators.release.model import Release
from generators.release.version import Version

RESTORE_ARCHIVE = "restore the object's first version (when that one is wrong: a new archive and a new version)"
VERSIONS_PER_PRODUCT = 100  # https://docs.aws.amazon.com/general/latest/gr/servicecatalog.html


@dataclass(frozen=True, slots=True)
class PublishedProduct:
    """A product in the hub of one region; of an up-to-date one only the release digest was read."""

    name: str
    release_digest: str
    is_up_to_date: bool = False
    attributes: Mapping[str, str] = field(default_factory=dict)
    versions: Mapping[Version, str] = field(default_factory=dict)  # version -> description
    portfolios: Mapping[str, str] = field(default_factory=dict)  # portfolio -> launch role, "" without one
    visible_in_studio: bool = False
    other_versions: tuple[str, ...] = ()  # names that are no semantic version: somebody created them by hand


@dataclass(frozen=True, slots=True)
class HubState:
    """The hub in one region."""

    region: str
    portfolios: frozenset[str]
    products: Mapping[str, PublishedProduct] = field(default_factory=lambda: MappingProxyType({}))
    archives: Mapping[str, str] = field(
        default_factory=lambda: MappingProxyType({})
    )  # key -> SHA-256, of existing ones


@dataclass(frozen=True, slots=True)
class CreateProduct:
    """Create a product with its first version."""

    desired: DesiredProduct
    release: Release


@dataclass(frozen=True, slots=True)
class UpdateProduct:
    """Change the texts of a product, or whether Studio shows it."""

    desired: DesiredProduct


@dataclass(frozen=True, slots=True)
class AddVersion:
    """Add a version to a product."""

    desired: DesiredProduct
    release: Release


@dataclass(frozen=True, slots=True)
class AddArchive:
    """Store a project archive that a published version names and the release bucket lacks."""

    desired: DesiredProduct
    key: str


@dataclass(frozen=True, slots=True)
class AttachToPortfolio:
    """Add the product to a portfolio."""

    product: str
    portfolio: str


@dataclass(frozen=True, slots=True)
class SetLaunchRole:
    """Launch the product under the role of this name in the launching account."""

    product: str
    portfolio: str
    role: str


@dataclass(frozen=True, slots=True)
class SetReleaseDigest:
    """Record that the product is completely published."""

    product: str
    release_digest: str


Action = CreateProduct | UpdateProduct | AddVersion | AddArchive | AttachToPortfolio | SetLaunchRole | SetReleaseDigest


def plan(products: Iterable[DesiredProduct], state: HubState) -> tuple[Action, ...]:
    """The actions that one region still needs; UserError with every reason that prevents them."""
    products = tuple(products)
    problems = [problem for desired in products for problem in _problems(desired, state)]
    if problems:
        raise UserError(problems)
    pairs = [(desired, state.products.get(desired.product.name)) for desired in products]
    return tuple(
        action
        for desired, published in pairs
        for action in (*_missing_archives(desired, published, state), *_actions(desired, published))
    )


def other_version(product: str, name: str) -> str:
    """The sentence about a version in the hub that this repository did not publish."""
    return (
        f"{product} has a version '{excerpt(name)}', which is not MAJOR.MINOR.PATCH; delete it in the Service Catalog"
        " console after its users have moved to another version"
    )


def unpublished(desired: DesiredProduct, versions: Iterable[Version]) -> tuple[Release, ...]:
    """Frozen versions to publish: the current one, and those above every published one.

    Versions are published in order, so a missing older version was retired and deleted.
    """
    published = frozenset(versions)
    newest = max(published, default=Version(-1, 0, 0))
    return tuple(
        release
        for release in desired.releases
        if release.version not in published and (release.version > newest or release.version == desired.product.version)
    )


def _missing_archives(
    desired: DesiredProduct, published: PublishedProduct | None, state: HubState
) -> Iterable[AddArchive]:
    """Archives of published versions that the release bucket lacks; those of others are stored with their version."""
    if published is None:
        return
    is_published = published.is_up_to_date
    releases = (item for item in desired.releases if is_published or item.version in published.versions)
    keys = {key for release in releases for key in seeds.keys(release)}
    yield from (AddArchive(desired, key) for key in sorted(keys - state.archives.keys()))


def different_archives(desired: DesiredProduct, archives: Mapping[str, str]) -> tuple[str, ...]:
    """Keys of archives that the release bucket holds with other bytes than the repository."""
    return tuple(key for key, digest in desired.archives.items() if archives.get(key, digest) != digest)


def _actions(desired: DesiredProduct, published: PublishedProduct | None) -> Iterable[Action]:
    product = desired.product
    if published and published.is_up_to_date:
        return
    yield from _product_actions(desired, published)
    launch_role = published.portfolios.get(product.portfolio) if published else None
    if launch_role is None:
        yield AttachToPortfolio(product.name, product.portfolio)
    if launch_role != product.launch_role:
        yield SetLaunchRole(product.name, product.portfolio, product.launch_role)
    if published is None or published.release_digest != desired.release_digest:
        yield SetReleaseDigest(product.name, desired.release_digest)


def _product_actions(desired: DesiredProduct, published: PublishedProduct | None) -> Iterable[Action]:
    """Actions for the product itself and its versions."""
    releases = unpublished(desired, published.versions if published else ())
    if published is None:
        yield CreateProduct(desired, releases[0])
        releases = releases[1:]
    elif (published.attributes, published.visible_in_studio) != (desired.attributes, desired.product.visible_in_studio):
        yield UpdateProduct(desired)
    yield from (AddVersion(desired, release) for release in releases)


def _problems(desired: DesiredProduct, state: HubState) -> Iterable[str]:
    product, published = desired.product, state.products.get(desired.product.name)
    for key in different_archives(desired, state.archives):
        yield f"{product.path(key)}: the release bucket ({state.region}) holds other content; {RESTORE_ARCHIVE}"
    if published and published.is_up_to_date:
        return
    if product.portfolio not in state.portfolios:
        yield (
            f"{desired.portfolio_location}: portfolio '{product.portfolio}' does not exist in the hub "
            f"({state.region}); create it with `make apply ROOT=hub`"
        )
    for name in published.other_versions if published else ():
        yield f"hub ({state.region}): {other_version(product.name, name)}"
    versions = published.versions if published else {}
    for release in desired.releases:
        if release.version in versions and digest(versions[release.version]) != release.digest:
            yield f"{product.name} {release.version} is already published with other content; raise the version"
    if len(versions) + len(unpublished(desired, versions)) > VERSIONS_PER_PRODUCT:
        yield (
            f"{product.name}: a product holds at most {VERSIONS_PER_PRODUCT} versions; "
            f"free one with `catalog retire {product.name} VERSION --delete`"
        )
