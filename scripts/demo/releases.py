"""The platform engineer's part of the story: releases, and what the hub shows after them."""

from __future__ import annotations

from pathlib import Path

from scripts.demo import author, people, witness
from scripts.demo.stage import hold
from scripts.demo.world import HUB, LEAD, SPOKE, STUDIO, World


def publish_all(_: World) -> str:
    """Every frozen version goes to the hub."""
    people.catalog("publish", "all")
    frozen = {
        (folder.name.replace("_", "-"), path.stem)
        for folder in _product_folders()
        for path in (folder / "versions").glob("*.json")
    }
    held = _held()
    hold(frozen == held, f"frozen {sorted(frozen)} but the hub holds {sorted(held)}")
    return "the hub holds " + ", ".join(f"{name} {version}" for name, version in sorted(held))


def publish_again(_: World) -> str:
    """The same command once more changes nothing."""
    before = witness.versions_in_hub(HUB)
    people.catalog("publish", "all")
    after = witness.versions_in_hub(HUB)
    hold(before == after, f"the second publish changed the hub: {before} became {after}")
    return "every version keeps its id and creation time"


def verify(_: World) -> str:
    """The hub's templates are the frozen files, byte for byte."""
    people.catalog("verify")
    return f"{len(_held())} versions compared byte by byte"


def newer_version(world: World) -> str:
    """An engineer adds an output, raises the version, freezes and publishes it."""
    world.newer = author.add_output(people.CHECKOUT)
    people.catalog("render", STUDIO)
    people.catalog("publish", STUDIO)
    seen = witness.product(SPOKE, LEAD, STUDIO)["versions"]
    hold(world.newer in seen, f"the lead sees {sorted(seen)}, not {world.newer}")
    return f"the technical lead sees {', '.join(sorted(seen))}"


def broken_version(world: World) -> str:
    """A version that passes every check but is published before Terraform gave the launch role what it needs.

    It comes from a branch: what the accounts are vended from still holds the launch policy of before.
    """
    world.broken = author.ask_too_much(people.CHECKOUT)
    policy = people.CHECKOUT / "products" / STUDIO.replace("-", "_") / "launch_policy.json"
    vended = policy.read_bytes()
    people.catalog("launch-policy", STUDIO)
    people.catalog("render", STUDIO)
    people.catalog("publish", STUDIO)
    policy.write_bytes(vended)
    seen = witness.product(SPOKE, LEAD, STUDIO)["versions"]
    hold(world.broken in seen, f"the lead sees {sorted(seen)}, not {world.broken}")
    return f"{world.broken} is published, before the launch role may make what it holds"


def _product_folders() -> list[Path]:
    return [path.parent for path in (people.CHECKOUT / "products").glob("*/product.yaml")]


def _held() -> set[tuple[str, str]]:
    return {(name, line.split()[0]) for name, lines in witness.versions_in_hub(HUB).items() for line in lines}
