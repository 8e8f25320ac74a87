"""The root of the repository and its YAML files."""

from __future__ import annotations

from pathlib import Path

from generators.config import contracts as contracts_file
from generators.config import platform as platform_file
from generators.config.contracts import Contracts
from generators.config.platform import Platform
from generators.errors import UserError


def find_root(start: Path | None = None) -> Path:
    """The root of the repository: the nearest folder above `start` (default: the current one) with platform.yaml."""
    start_folder = (start or Path.cwd()).resolve()
    for folder in (start_folder, *start_folder.parents):
        if (folder / platform_file.FILE).is_file():
            _require_own_code(folder)
            return folder
    raise UserError(
        f"{start_folder}: {platform_file.FILE} is neither here nor above; run inside the platform's repository"
    )


def _require_own_code(root: Path) -> None:
    """UserError in another checkout of the platform: its generators are not the ones that run."""
    own = Path(__file__).resolve()
    other = root / own.relative_to(own.parents[2])
    if other.is_file() and other.resolve() != own:
        raise UserError(f"{root}: this command runs the code of {own.parents[2]}; run `make setup` here and try again")


def platform(root: Path) -> Platform:
    """terraform/platform.yaml."""
    return platform_file.read(root)


def contracts(root: Path) -> Contracts:
    """terraform/contracts.yaml."""
    return contracts_file.read(root)
