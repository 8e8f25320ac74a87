"""The platform engineer's part of the story: releases, and what the hub shows after them."""

from __future__ import annotations

from pathlib import Path

from scripts.demo import author, aws_reader, commands
from scripts.demo.runner import require
from scripts.demo.state import HUB, LEAD, SPOKE, STUDIO, DemoState


def publish_all(_: DemoState) -> str:
    """Every frozen version goes to the hub."""
    commands.catalog("publish", "all")
    frozen = {
        (folder.name.replace("_", "-"), path.stem)
        for folder in _product_folders()
        for path in (folder / "versions").glob("*.json")
    }
    held = _held()
    require(frozen == held, f"frozen {sorted(frozen)} but the hub holds {sorted(held)}")
    return "the hub holds " + ", ".join(f"{name} {version}" for name, version in sorted(held))


def publish_again(_: DemoState) -> str:
    """The same command once more changes nothing."""
    before = aws_reader.versions_in_hub(HUB)
    commands.catalog("publish", "all")
    after = aws_reader.versions_in_hub(HUB)
    require(before == after, f"the second publish changed the hub: {before} became {after}")
    return "every version keeps its id and creation time"


def verify(_: DemoState) -> str:
    """The hub's templates are the frozen files, byte for byte."""
    commands.catalog("verify")
    return f"{len(_held())} versions compared byte by byte"


def newer_version(world: DemoState) -> str:
    """An engineer adds an output, raises the version, freezes and publishes it."""
    world.newer = author.add_output(commands.CHECKOUT)
    commands.catalog("render", STUDIO)
    commands.catalog("publish", STUDIO)
    seen = aws_reader.product(SPOKE, LEAD, STUDIO)["versions"]
    require(world.newer in seen, f"the lead sees {sorted(seen)}, not {world.newer}")
    return f"the technical lead sees {', '.join(sorted(seen))}"


def broken_version(world: DemoState) -> str:
    """A version that passes every check but is published before Terraform gave the launch role what it needs.

    It comes from a branch: what the accounts are vended from still holds the launch policy of before.
    """
    world.broken = author.ask_too_much(commands.CHECKOUT)
    policy = commands.CHECKOUT / "products" / STUDIO.replace("-", "_") / "launch_policy.json"
    vended = policy.read_bytes()
    commands.catalog("launch-policy", STUDIO)
    commands.catalog("render", STUDIO)
    commands.catalog("publish", STUDIO)
    policy.write_bytes(vended)
    seen = aws_reader.product(SPOKE, LEAD, STUDIO)["versions"]
    require(world.broken in seen, f"the lead sees {sorted(seen)}, not {world.broken}")
    return f"{world.broken} is published, before the launch role may make what it holds"


def _product_folders() -> list[Path]:
    return [path.parent for path in (commands.CHECKOUT / "products").glob("*/product.yaml")]


def _held() -> set[tuple[str, str]]:
    return {(name, line.split()[0]) for name, lines in aws_reader.versions_in_hub(HUB).items() for line in lines}
