"""Every resource address of an earlier release (`addresses_before.json`) exists, is moved, or is listed as removed.

Without a `moved` block Terraform destroys a resource whose address changed and creates it again. CHANGELOG.md lists
resources that were removed on purpose under "Removed", as `live/<root>: <address>`.
"""

import json
import re

import pytest

from tests.terraform.addresses import current, moves, resources
from tests.terraform.root_module import HERE, ROOT

LIVE = ROOT / "terraform" / "live"
BEFORE = json.loads((HERE / "addresses_before.json").read_text(encoding="utf-8"))
REMOVED = re.compile(r"^### Removed\n(.*?)(?=^##|\Z)", re.MULTILINE | re.DOTALL)


def removed(changelog):
    """`live/<root>: <address>` of each resource that the changelog lists as removed."""
    sections = "".join(REMOVED.findall(changelog))
    return set(re.findall(r"`(live/\w+: [^`]+)`", sections))


def lost(root, former, removed_addresses):
    """Former addresses that no longer exist, are not moved and are not listed as removed."""
    now, moved = set(resources(LIVE / root)), dict(moves(LIVE / root))
    return [
        address
        for address in former
        if current(address, moved) not in now and f"live/{root}: {address}" not in removed_addresses
    ]


@pytest.fixture(scope="module")
def listed():
    file = ROOT / "CHANGELOG.md"
    return removed(file.read_text(encoding="utf-8")) if file.exists() else set()


@pytest.mark.parametrize("root", BEFORE)
def test_every_address_is_still_there_or_moved_or_listed_as_removed(root, listed):
    assert lost(root, BEFORE[root], listed) == [], "write a `moved` block, or list it under Removed in CHANGELOG.md"


def test_every_root_module_is_compared():
    assert set(BEFORE) == {path.parent.name for path in LIVE.glob("*/main.tf")}


def test_no_moved_block_leads_nowhere():
    for root in BEFORE:
        now, moved = set(resources(LIVE / root)), dict(moves(LIVE / root))
        modules = {address.rpartition(".aws_")[0] for address in now}
        assert {current(address, moved) for address in moved} <= now | modules


def test_a_lost_address_is_reported():
    address = "module.network.aws_vpc.former"
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
