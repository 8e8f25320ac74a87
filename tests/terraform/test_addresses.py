"""Resources keep their addresses or say where they went: `addresses_before.json` holds those of an earlier estate.

Without a `moved` block Terraform destroys a resource whose address changed and creates it again. A resource that is
gone on purpose stands in CHANGELOG.md under "Removed" as `live/<root>: <address>`.
"""

import json
import re

import pytest

from tests.terraform.addresses import current, moves, resources
from tests.terraform.estate import HERE, ROOT

LIVE = ROOT / "terraform" / "live"
BEFORE = json.loads((HERE / "addresses_before.json").read_text(encoding="utf-8"))
REMOVED = re.compile(r"^### Removed\n(.*?)(?=^##|\Z)", re.MULTILINE | re.DOTALL)


def removed(changelog):
    """`live/<root>: <address>` of each resource that the changelog lists as removed."""
    sections = "".join(REMOVED.findall(changelog))
    return set(re.findall(r"`(live/\w+: [^`]+)`", sections))


def lost(root, before, gone):
    """Former addresses that are neither an address today, nor moved to one, nor removed."""
    now, moved = set(resources(LIVE / root)), dict(moves(LIVE / root))
    return [it for it in before if current(it, moved) not in now and f"live/{root}: {it}" not in gone]


@pytest.fixture(scope="module")
def gone():
    file = ROOT / "CHANGELOG.md"
    return removed(file.read_text(encoding="utf-8")) if file.exists() else set()


@pytest.mark.parametrize("root", BEFORE)
def test_every_address_is_still_there_or_moved_or_listed_as_removed(root, gone):
    assert lost(root, BEFORE[root], gone) == [], "write a `moved` block, or list it under Removed in CHANGELOG.md"


def test_every_root_module_is_compared():
    assert set(BEFORE) == {path.parent.name for path in LIVE.glob("*/main.tf")}


def test_no_moved_block_leads_nowhere():
    for root in BEFORE:
        now, moved = set(resources(LIVE / root)), dict(moves(LIVE / root))
        modules = {it.rpartition(".aws_")[0] for it in now}
        ends = {current(it, moved) for it in moved}
        assert {it for it in ends if it not in now and it not in modules} == set()


def test_an_address_that_is_gone_is_noticed():
    address = "module.network.aws_vpc.gone"
    assert lost("spoke", [address], set()) == [address]
    assert lost("spoke", [address], {f"live/spoke: {address}"}) == []


def test_a_former_address_is_followed_through_modules():
    moved = {"module.a": "module.b", "module.b.x.y": "module.b.module.c.x.y"}
    assert current("module.a.x.y", moved) == "module.b.module.c.x.y"
    assert current("module.a.x.z", moved) == "module.b.x.z"
    assert current("module.other.x.y", moved) == "module.other.x.y"


def test_the_changelog_lists_what_is_removed():
    text = (
        "## [1.0.0]\n\n### Removed\n\n* `live/hub: aws_a.b`, no longer used\n\n### Changed\n\n* `live/hub: aws_c.d`\n"
    )
    assert removed(text) == {"live/hub: aws_a.b"}
