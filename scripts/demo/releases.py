"""Steps of the platform engineer: releases, and what the hub holds after each."""

from __future__ import annotations

from pathlib import Path

from scripts.demo import author, aws_reader, commands
from scripts.demo.runner import require
from scripts.demo.state import HUB, LEAD, SPOKE, STUDIO, DemoState


def publish_all(_: DemoState) -> str:
    """Publish every frozen version to the hub."""
    commands.catalog("publish", "all")
    frozen = {
        (folder.name.replace("_", "-"), path.stem)
        for folder in _product_folders()
        for path in (folder / "versions").glob("*.json")
    }
    published = _published()
    require(frozen == published, f"frozen {sorted(frozen)} but the hub holds {sorted(published)}")
    return "the hub holds " + ", ".join(f"{name} {version}" for name, version in sorted(published))


def publish_again(_: DemoState) -> str:
    """Publish again, which changes nothing."""
    before = aws_reader.versions_in_hub(HUB)
    commands.catalog("publish", "all")
    after = aws_reader.versions_in_hub(HUB)
    require(before == after, f"the second publish changed the hub: {before} became {after}")
    return "every version keeps its id and creation time"


def verify(_: DemoState) -> str:
    """Compare the hub's templates with the frozen files, byte by byte."""
    commands.catalog("verify")
    return f"{len(_published())} versions compared byte by byte"


def publish_newer(state: DemoState) -> str:
    """Release a newer version: add an output, raise the version, render and publish."""
    state.newer_version = author.add_output(commands.CHECKOUT)
    commands.catalog("render", STUDIO)
    commands.catalog("publish", STUDIO)
    offered = _offered()
    require(state.newer_version in offered, f"the lead sees {sorted(offered)}, not {state.newer_version}")
    return f"the technical lead sees {', '.join(sorted(offered))}"


def publish_broken(state: DemoState) -> str:
    """Publish a version that passes every check before Terraform gives the launch role the permissions it needs.

    The version comes from a branch: the launch policy in the accounts is still the one of before.
    """
    state.broken_version = author.add_topic(commands.CHECKOUT)
    policy = commands.CHECKOUT / "products" / STUDIO.replace("-", "_") / "launch_policy.json"
    vended_policy = policy.read_bytes()
    commands.catalog("launch-policy", STUDIO)
    commands.catalog("render", STUDIO)
    commands.catalog("publish", STUDIO)
    policy.write_bytes(vended_policy)
    offered = _offered()
    require(state.broken_version in offered, f"the lead sees {sorted(offered)}, not {state.broken_version}")
    return f"{state.broken_version} is published; the launch role may not create its topic yet"


def retire_broken(state: DemoState) -> str:
    """Retire the broken version; --force because product.yaml in the checkout still declares it."""
    commands.catalog("retire", STUDIO, state.broken_version, "--force")
    offered = _offered()
    require(state.broken_version not in offered, f"the lead still sees {sorted(offered)}")
    return f"{state.broken_version} is retired; the technical lead sees {', '.join(sorted(offered))}"


def _offered() -> set[str]:
    """Versions that the technical lead can launch."""
    return set(aws_reader.product(SPOKE, LEAD, STUDIO)["versions"])


def _product_folders() -> list[Path]:
    return [path.parent for path in (commands.CHECKOUT / "products").glob("*/product.yaml")]


def _published() -> set[tuple[str, str]]:
    versions = aws_reader.versions_in_hub(HUB)
    return {(name, line.split()[0]) for name, lines in versions.items() for line in lines}
