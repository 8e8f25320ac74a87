"""The hub against the frozen files, byte by byte. Reads AWS, changes nothing; differences are findings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from generators.aws.errors import translate_errors
from generators.aws.session import Aws
from generators.catalog import provisioning_artifacts
from generators.catalog.desired_state import DesiredProduct, digest
from generators.catalog.hub import Hub
from generators.catalog.plan import PublishedProduct, missing
from generators.release.model import Finding, Release

_REPAIR = "run `catalog publish {} --thorough`"


def verify(
    aws: Aws, wanted: Sequence[DesiredProduct], hear: Callable[[str], None] = lambda _: None
) -> tuple[Finding, ...]:
    """Every difference in every region; `hear` is told of each product that was compared."""
    found: list[Finding] = []
    for region in aws.platform.regions:
        hub = Hub(aws, region)
        held = hub.read(wanted, thorough=True).products
        for it in wanted:
            found += _product(hub, it, held.get(it.product.name))
            hear(f"{it.product.name} ({region})")
    return tuple(found)


def _product(hub: Hub, wanted: DesiredProduct, held: PublishedProduct | None) -> Iterable[Finding]:
    product, repair = wanted.product, _REPAIR.format(wanted.product.name)
    if held is None:
        yield _finding(hub, wanted, "product.yaml", f"is not in the hub; run `catalog publish {product.name}`")
        return
    if held.words != wanted.words:
        yield _finding(hub, wanted, "product.yaml", f"the hub says other words about it; {repair}")
    role = held.portfolios.get(product.portfolio)
    if role is None:
        yield _finding(hub, wanted, "product.yaml", f"is not in portfolio {product.portfolio}; {repair}")
    elif role != product.launch_role:
        yield _finding(
            hub, wanted, "product.yaml", f"is launched under role '{role}', not {product.launch_role}; {repair}"
        )
    for other in sorted(held.portfolios.keys() - {product.portfolio}):
        yield _finding(hub, wanted, "product.yaml", f"is in portfolio {other} too; take it out of there")
    yield from _versions(hub, wanted, held)


def _versions(hub: Hub, wanted: DesiredProduct, held: PublishedProduct) -> Iterable[Finding]:
    for it in missing(wanted, held.versions):
        yield _finding(hub, wanted, _file(it), f"is not published; run `catalog publish {held.name}`")
    for version in sorted(held.versions.keys() - {it.version for it in wanted.releases}):
        yield _finding(
            hub,
            wanted,
            f"versions/{version}.json",
            f"{version} is in the hub without a frozen file; bring the file back",
        )
    for it in wanted.releases:
        if it.version in held.versions:
            yield from _bytes(hub, wanted, it, held.versions[it.version])


def _bytes(hub: Hub, wanted: DesiredProduct, release: Release, described: str) -> Iterable[Finding]:
    """The digest in the description, the template that a launch uses, the object in the release bucket."""
    raise_it = "raise the version, and retire this one"
    if digest(described) != release.digest:
        yield _finding(hub, wanted, _file(release), f"the hub's description has another digest; {raise_it}")
    if provisioning_artifacts.template(hub, wanted.product.name, release.version) != release.body:
        yield _finding(hub, wanted, _file(release), f"Service Catalog hands out other content; {raise_it}")
    with translate_errors(f"release bucket ({hub.region})"):
        stored = hub.bucket.get(release)
    if stored != release.body:
        what = "holds no such object" if stored is None else "holds other content"
        yield _finding(hub, wanted, _file(release), f"the release bucket {what}; restore the object's first version")


def _file(release: Release) -> str:
    return f"versions/{release.version}.json"


def _finding(hub: Hub, wanted: DesiredProduct, file: str, message: str) -> Finding:
    return Finding("hub", "error", wanted.product.path(file), f"{wanted.product.name} in {hub.region}", message)
