"""Publishing with nothing changed, in API reads and in seconds: `python -m tests.bench.publish`.

The bound is R x (1 + ceil(P / 20)) reads for R regions and P products, and one more for each product and region that
verifies its declared version; old versions cost nothing. The peer describes every product and every version.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from math import ceil
from pathlib import Path
from typing import Any

from generators.aws.session import Aws as Target
from generators.aws.session import connect
from generators.catalog import publish
from generators.catalog.desired_state import DesiredProduct
from generators.release import load
from generators.release.model import Product, Release
from generators.release.version import Version
from tests.bench import synthetic
from tests.bench.measure import ratios, verdict
from tests.e2e.conftest import HUB_ACCOUNT, Estate
from tests.e2e.counting_proxy import CountingProxy, counting_proxy
from tests.localaws.conftest import Aws, started

SECOND_REGION = "eu-west-1"
OLD_VERSIONS = 60
ROUNDS = 3
PAGE = 20


def main() -> int:
    """Exit code 0 when every bound is met, otherwise 2."""
    with (
        tempfile.TemporaryDirectory() as folder,
        started(Path(folder)) as server,
        counting_proxy(server.endpoint) as proxy,
    ):
        estate = Estate(Aws(server.endpoint), server)
        estate.create()
        _second_region(estate)
        proxy.arm(0, 0)
        os.environ["AWS_ENDPOINT_URL"] = proxy.endpoint
        os.environ.pop("TARGET", None)
        verdicts = _measure_growth(estate, proxy, Path(folder))
    return 0 if all(verdicts) else 2


def _measure_growth(estate: Estate, proxy: CountingProxy, folder: Path) -> list[bool]:
    """Verdicts while products, versions and regions in the hub grow."""
    few = connect(synthetic.repository(folder / "few", 8))
    many = connect(synthetic.repository(folder / "many", 50))
    for number in range(50):
        estate.launch_role(f"synthetic-{number}")
    both = replace(many, platform=replace(many.platform, regions=(*many.platform.regions, SECOND_REGION)))
    small, large = load.products(folder / "few"), load.products(folder / "many")
    return [
        *_measure(proxy, few, [_desired(item, 1) for item in small], "8 products, 1 version each"),
        *_measure(
            proxy, few, [_desired(item, OLD_VERSIONS) for item in small], f"8 products, {OLD_VERSIONS} versions each"
        ),
        *_measure(proxy, many, [_desired(item, 1) for item in large], "50 products"),
        *_measure(proxy, both, [_desired(item, 1) for item in large], "50 products, 2 regions"),
    ]


def _measure(proxy: CountingProxy, aws: Target, desired: Sequence[DesiredProduct], title: str) -> list[bool]:
    publish.apply(publish.plans(aws, desired), lambda *_: None)
    proxy.calls.clear()
    left = [action for plan in publish.plans(aws, desired) for action in plan.actions]
    reads = [call for call in proxy.calls if call.startswith(("List", "Search", "Describe"))]
    if left or len(reads) != len(proxy.calls):
        sys.exit(f"bench: publish with nothing changed planned {left} and called {set(proxy.calls)}")
    bound = len(aws.platform.regions) * (1 + ceil(len(desired) / PAGE) + len(desired))
    ours = [_seconds(lambda: publish.plans(aws, desired)) for _ in range(ROUNDS)]
    peer = [_seconds(lambda: _describe_everything(aws)) for _ in range(ROUNDS)]
    return [
        verdict(f"publish with nothing changed, {title}: reads", [len(reads)], bound, ""),
        verdict(f"publish with nothing changed, {title}: seconds against describing everything", ratios(ours, peer), 1),
    ]


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _describe_everything(aws: Target) -> None:
    """The peer: the reads of a publisher without release digests."""
    for region in aws.platform.regions:
        catalog = aws.client("servicecatalog", region, aws.hub_account)
        for page in catalog.get_paginator("search_products_as_admin").paginate():
            for detail in page["ProductViewDetails"]:
                _describe(catalog, detail["ProductViewSummary"]["ProductId"])


def _describe(catalog: Any, product: str) -> None:
    for version in catalog.describe_product_as_admin(Id=product)["ProvisioningArtifactSummaries"]:
        catalog.describe_provisioning_artifact(ProductId=product, ProvisioningArtifactId=version["Id"])
    for portfolio in catalog.list_portfolios_for_product(ProductId=product)["PortfolioDetails"]:
        constraints = catalog.list_constraints_for_portfolio(PortfolioId=portfolio["Id"], ProductId=product)
        for constraint in constraints["ConstraintDetails"]:
            catalog.describe_constraint(Id=constraint["ConstraintId"])


def _desired(product: Product, count: int) -> DesiredProduct:
    """A product with `count` frozen versions, the newest declared."""
    versions = [Version(1, number, 0) for number in range(count)]
    newest = replace(product, version=versions[-1])
    releases = tuple(Release(newest, item, _body(newest, item)) for item in versions)
    return DesiredProduct(newest, releases, dict.fromkeys(versions, "Another version."), "product.yaml:4")


def _body(product: Product, version: Version) -> bytes:
    note = {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "String", "Value": f"{product.name} {version}"}}
    return json.dumps({"Resources": {"Note": note}}).encode()


def _second_region(estate: Estate) -> None:
    """Portfolio and release bucket, as Terraform creates them in each region."""
    client = estate.aws("servicecatalog", HUB_ACCOUNT, region=SECOND_REGION)
    client.create_portfolio(DisplayName="data-science", ProviderName="platform", IdempotencyToken="bench")
    bucket = f"mlops-releases-{HUB_ACCOUNT}-{SECOND_REGION}"
    configuration = {"LocationConstraint": SECOND_REGION}
    estate.aws("s3", HUB_ACCOUNT, region=SECOND_REGION).create_bucket(
        Bucket=bucket, CreateBucketConfiguration=configuration
    )


if __name__ == "__main__":
    sys.exit(main())
