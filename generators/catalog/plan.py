"""What publishing and upgrading would do. Pure: states in, actions out; actions name things by name, never by id.

A product that is wholly published carries a release mark: a digest over everything that publishing decides. The mark is
written last, so a hub that shows it needs no second look, and one interrupted on the way does.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from generators.catalog.model import CatalogError, Product, Release, Version

VERSIONS_PER_PRODUCT = 100  # https://docs.aws.amazon.com/general/latest/gr/servicecatalog.html
DIGEST = "sha256:"  # how the description of a published version begins


@dataclass(frozen=True, slots=True)
class Wanted:
    """A product as its folder wants it: frozen versions, ascending, each with what its user notices."""

    product: Product
    releases: tuple[Release, ...]
    notes: Mapping[Version, str]
    portfolio_at: str  # file:line that names the portfolio

    @property
    def declared(self) -> Release:
        """The version that product.yaml declares."""
        return next(it for it in self.releases if it.version == self.product.version)

    @property
    def words(self) -> Mapping[str, str]:
        """What Service Catalog shows of the product, by the names that CreateProduct gives them."""
        product = self.product
        return {
            "Name": product.name,
            "Owner": product.owner,
            "Description": f"{product.title}: {product.description}",
            "SupportEmail": product.support.email,
            "SupportUrl": product.support.url,
            "SupportDescription": product.support.text,
        }

    @property
    def mark(self) -> str:
        """The release mark, as people read it in the catalogue."""
        facts = [
            sorted(self.words.items()),
            [(str(it.version), it.digest) for it in self.releases],
            str(self.product.version),
            self.product.portfolio,
            self.product.launch_role,
            *(["studio"] if self.product.visible_in_studio else []),
        ]
        return f"{self.product.owner}, release {hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:12]}"


@dataclass(frozen=True, slots=True)
class Held:
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
    products: Mapping[str, Held] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class CreateProduct:
    """A product together with its first version."""

    wanted: Wanted
    release: Release


@dataclass(frozen=True, slots=True)
class UpdateProduct:
    """Other words about a product, or its place in Studio."""

    wanted: Wanted


@dataclass(frozen=True, slots=True)
class AddVersion:
    """One version more."""

    wanted: Wanted
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
class Mark:
    """Everything above is done."""

    product: str
    mark: str


Action = CreateProduct | UpdateProduct | AddVersion | AttachToPortfolio | SetLaunchRole | Mark


def plan(wanted: Iterable[Wanted], state: HubState) -> tuple[Action, ...]:
    """What is left to do in one region; CatalogError with every reason why it cannot be done."""
    wanted = tuple(wanted)
    problems = [problem for it in wanted for problem in _problems(it, state)]
    if problems:
        raise CatalogError(problems)
    return tuple(action for it in wanted for action in _actions(it, state.products.get(it.product.name)))


def description(wanted: Wanted, release: Release) -> str:
    """What a version says of itself in the catalogue: its digest, then what its user notices."""
    return f"{DIGEST}{release.digest} {wanted.notes[release.version]}".rstrip()


def digest(text: str) -> str:
    """The digest in a version's description, "" when it has none."""
    return text.partition(" ")[0].removeprefix(DIGEST) if text.startswith(DIGEST) else ""


def missing(wanted: Wanted, published: Iterable[Version]) -> tuple[Release, ...]:
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


def _actions(wanted: Wanted, held: Held | None) -> Iterable[Action]:
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
        yield Mark(product.name, wanted.mark)


def _release(wanted: Wanted, held: Held | None) -> Iterable[Action]:
    """The product, its words and its versions."""
    releases = missing(wanted, held.versions if held else ())
    if held is None:
        yield CreateProduct(wanted, releases[0])
        releases = releases[1:]
    elif (held.words, held.visible_in_studio) != (wanted.words, wanted.product.visible_in_studio):
        yield UpdateProduct(wanted)
    yield from (AddVersion(wanted, it) for it in releases)


def _problems(wanted: Wanted, state: HubState) -> Iterable[str]:
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


@dataclass(frozen=True, slots=True)
class Provisioned:
    """A provisioned product of one account and region, as Service Catalog lists it."""

    id: str
    name: str
    product: str
    version: str
    status: str  # AVAILABLE, UNDER_CHANGE, TAINTED, ERROR, PLAN_IN_PROGRESS
    who: str  # ARN of the principal that launched it
    region: str
    stack: str  # ARN of its CloudFormation stack
    record: str = ""  # id of the last request about it


@dataclass(frozen=True, slots=True)
class Upgrade:
    """One provisioned product to another version."""

    name: str
    product: str
    version: str
    to: str


def plan_upgrades(provisioned: Iterable[Provisioned], latest: Mapping[str, str]) -> tuple[Upgrade, ...]:
    """Provisioned products below the newest version of their product; a tainted one is tried again.

    `latest` is product -> newest version in use. Versions that are not ours to read are left alone.
    """
    return tuple(
        Upgrade(it.name, it.product, it.version, latest[it.product])
        for it in provisioned
        if it.product in latest and _is_below(it, latest[it.product])
    )


def newest(versions: Iterable[str]) -> str:
    """The highest of these version names, "" without one."""
    return str(max((Version.parse(it) for it in versions if _is_version(it)), default=""))


def _is_below(it: Provisioned, latest: str) -> bool:
    if not _is_version(it.version) or it.status not in ("AVAILABLE", "TAINTED"):
        return False
    version, newest_one = Version.parse(it.version), Version.parse(latest)
    return version < newest_one or (version == newest_one and it.status == "TAINTED")


def _is_version(text: str) -> bool:
    try:
        Version.parse(text)
    except ValueError:
        return False
    return True
