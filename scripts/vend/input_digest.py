"""What decides a unit's plan, as one digest: equal digests need no Terraform. Reads files, nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from generators.config.files import digest, digest_files
from generators.launch_policy import lint
from generators.release import load
from scripts.vend.terraform_states import TerraformState

_SOURCE = re.compile(r'source\s*=\s*"\.\./(?:\.\./modules/)?([a-z_]+)"')
_BOOK = "ip_allocations.yaml"  # reaches Terraform as a variable
_FOLDERS = {"hub": ("images",)}  # what a root reads beside its modules


def of(unit: TerraformState) -> str:
    """sha256 over the root module, the modules below it, the facts that they read, the provider lock, the variables."""
    settings = json.dumps([unit.variables, unit.backend], sort_keys=True)
    return digest([("sources", _sources(unit.repository, unit.root).encode()), ("settings", settings.encode())])


@cache
def _sources(repository: Path, root: str) -> str:
    """Once for all units of a root: reading files must not cost anything for each account."""
    terraform = repository / "terraform"
    modules = sorted(_modules(terraform, terraform / "live" / root))
    folders = (terraform / "live" / root, *modules, *(terraform / name for name in _FOLDERS.get(root, ())))
    files = [file for folder in folders for file in _files(folder)]
    files += [file for file in sorted(terraform.glob("*.yaml")) if file.name != _BOOK]
    launch_roles = _launch_roles(repository) if terraform / "modules" / "launch_roles" in modules else []
    return json.dumps([digest_files(repository, files), launch_roles])


def _files(folder: Path) -> Iterator[Path]:
    """A module without what changes no plan."""
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder).parts
        if path.is_file() and path.suffix != ".md" and not {".terraform", "tests"} & set(inside):
            yield path


def _modules(terraform: Path, folder: Path) -> set[Path]:
    text = "".join(file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.tf")))
    found = {terraform / "modules" / name for name in _SOURCE.findall(text)}
    return found.union(*(_modules(terraform, module) for module in found))


def _launch_roles(repository: Path) -> list[tuple[str, str]]:
    """Launch role and launch policy of every product, all that Terraform reads; UserError for an invalid policy."""
    products = load.products(repository)
    lint.require_valid(products)
    return [(it.launch_role, (it.folder / lint.FILE).read_text("utf-8")) for it in products]
