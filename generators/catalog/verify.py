"""Compares the hub with the frozen files, byte by byte. Reads AWS, changes nothing; differences are findings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from generators.aws.errors import translate_errors
from generators.aws.session import Aws
from generators.catalog import provisioning_artifacts
from generators.catalog.desired_state import DesiredProduct, digest
from generators.catalog.hub import Hub
from generators.catalog.plan import RESTORE_ARCHIVE, PublishedProduct, different_archives, other_version, unpublished
from generators.catalog.release_bucket import studio_key
from generators.release.model import Finding, Release

_REPAIR = "run `catalog publish {} --thorough`"


def verify(
    aws: Aws, products: Sequence[DesiredProduct], on_progress: Callable[[str], None] = lambda _: None
) -> tuple[Finding, ...]:
    """Every difference in every region; calls `on_progress` after each product."""
    findings: list[Finding] = []
    for region in aws.platform.regions:
        hub = Hub(aws, region)
        state = hub.read(products, thorough=True)
        for desired in products:
            comparison = _Comparison(hub, desired)
            findings += comparison.findings(state.products.get(desired.product.name))
            findings += comparison.archive_findings(state.archives)
            on_progress(f"{desired.product.name} ({region})")
    return tuple(findings)


@dataclass(frozen=True)
class _Comparison:
    """One product in the hub of one region."""

    hub: Hub
    desired: DesiredProduct

    def findings(self, published: PublishedProduct | None) -> Iterable[Finding]:
        product, repair = self.desired.product, _REPAIR.format(self.desired.product.name)
        if published is None:
            yield self._finding("product.yaml", f"is not in the hub; run `catalog publish {product.name}`")
            return
        if published.attributes != self.desired.attributes:
            yield self._finding("product.yaml", f"the hub says other words about it; {repair}")
        role = published.portfolios.get(product.portfolio)
        if role is None:
            yield self._finding("product.yaml", f"is not in portfolio {product.portfolio}; {repair}")
        elif role != product.launch_role:
            message = f"is launched under role '{role}', not {product.launch_role}; {repair}"
            yield self._finding("product.yaml", message)
        for other in sorted(published.portfolios.keys() - {product.portfolio}):
            yield self._finding("product.yaml", f"is in portfolio {other} too; take it out of there")
        yield from self._versions(published)

    def _versions(self, published: PublishedProduct) -> Iterable[Finding]:
        for name in published.other_versions:
            yield self._finding("versions", other_version(published.name, name))
        for release in unpublished(self.desired, published.versions):
            yield self._finding(_file(release), f"is not published; run `catalog publish {published.name}`")
        frozen = {release.version for release in self.desired.releases}
        for version in sorted(published.versions.keys() - frozen):
            message = f"{version} is in the hub without a frozen file; bring the file back"
            yield self._finding(f"versions/{version}.json", message)
        for release in self.desired.releases:
            if release.version in published.versions:
                yield from self._content(release, published.versions[release.version])

    def _content(self, release: Release, description: str) -> Iterable[Finding]:
        """Compare the digest in the description, the template that a launch uses, and the object in the bucket."""
        replace = "raise the version, and retire this one"
        if digest(description) != release.digest:
            yield self._finding(_file(release), f"the hub's description has another digest; {replace}")
        if provisioning_artifacts.template(self.hub, self.desired.product.name, release.version) != release.body:
            yield self._finding(_file(release), f"Service Catalog hands out other content; {replace}")
        with translate_errors(f"release bucket ({self.hub.region})"):
            stored, copy = self.hub.bucket.get(release.key), self.hub.bucket.get(studio_key(release))
        if stored != release.body:
            difference = "holds no such object" if stored is None else "holds other content"
            message = f"the release bucket {difference}; restore the object's first version"
            yield self._finding(_file(release), message)
        if copy not in (None, release.body):
            message = f"the release bucket holds other content under {studio_key(release)}; restore its first version"
            yield self._finding(_file(release), message)

    def archive_findings(self, archives: Mapping[str, str]) -> Iterable[Finding]:
        """Compare the bytes of project archives; `archives`: key -> SHA-256 of the objects in the release bucket."""
        for key in different_archives(self.desired, archives):
            yield self._finding(key, f"the release bucket holds other content; {RESTORE_ARCHIVE}")
        for key in sorted(self.desired.archives.keys() - archives.keys()):
            message = f"the release bucket holds no such object; {_REPAIR.format(self.desired.product.name)}"
            yield self._finding(key, message)

    def _finding(self, file: str, message: str) -> Finding:
        product = self.desired.product
        return Finding("hub", "error", product.path(file), f"{product.name} in {self.hub.region}", message)


def _file(release: Release) -> str:
    return f"versions/{release.version}.json"
