"""Creates a product folder from the templates beside this file. Writes files, nothing else."""

from __future__ import annotations

import re
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from generators.config import repository
from generators.config.files import new_folder, write_atomically
from generators.errors import UserError

_NAME = re.compile(r"[a-z][a-z0-9]*([-_][a-z0-9]+)*")
_SUFFIX = ".j2"


def create(root: Path, name: str) -> tuple[Path, ...]:
    """Write products/<name>/ with a small product that passes `catalog check`; the paths of the files."""
    folder = root / "products" / name.replace("-", "_")
    if not _NAME.fullmatch(name):
        raise UserError(f"{name}: a product's name is lower-case words joined by dashes; write model-registry")
    if folder.exists():
        raise UserError(f"products/{folder.name}: there is a product of this name; choose another name")
    texts = {folder / file: text for file, text in _texts(root, folder.name).items()}
    with new_folder(folder):
        for path, text in texts.items():
            write_atomically(path, text.encode())
    return tuple(texts)


def _texts(root: Path, folder: str) -> dict[str, str]:
    platform = repository.platform(root)
    templates = Path(__file__).parent
    environment = Environment(loader=FileSystemLoader(templates), undefined=StrictUndefined, keep_trailing_newline=True)  # noqa: S701 no HTML
    values = {
        "folder": folder,
        "name": folder.replace("_", "-"),
        "title": folder.replace("_", " ").capitalize(),
        "domain": platform.email_domain,
        "portfolio": next(iter(platform.portfolios)),
        "region": platform.regions[0],
    }
    names = sorted(path.name for path in templates.glob(f"*{_SUFFIX}"))
    return {_target(name): environment.get_template(name).render(values) for name in names}


def _target(name: str) -> str:
    """A template whose name starts with `dot-` becomes a hidden file."""
    return re.sub(r"^dot-", ".", name.removesuffix(_SUFFIX))
