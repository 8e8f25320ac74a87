"""The input digest of a Terraform state: with an equal digest, its plan has no changes. Reads files, nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from generators.config.files import digest, digest_files
from generators.launch_policy import FILE, lint
from generators.release import load
from scripts.vend.terraform_states import TerraformState

_SOURCE = re.compile(r'source\s*=\s*"\.\./(?:\.\./modules/)?([a-z_]+)"')
_IP_ALLOCATIONS = "ip_allocations.yaml"  # reaches Terraform as a variable
_FOLDERS = {"hub": ("images",)}  # what a root module reads besides its modules


def compute(state: TerraformState) -> str:
    """The digest of the root module, its modules, the YAML files, the provider lock, variables and backend."""
    settings = json.dumps([state.variables, state.backend], sort_keys=True)
    return digest([("sources", _sources(state.repository, state.root).encode()), ("settings", settings.encode())])


@cache
def _sources(repository: Path, root: str) -> str:
    """Digests that all states of a root module share, as JSON; cached, so that each file is read once."""
    terraform = repository / "terraform"
    modules = sorted(_modules(terraform, terraform / "live" / root))
    folders = (terraform / "live" / root, *modules, *(terraform / name for name in _FOLDERS.get(root, ())))
    files = [file for folder in folders for file in _files(folder)]
    files += [file for file in sorted(terraform.glob("*.yaml")) if file.name != _IP_ALLOCATIONS]
    launch_roles = _launch_roles(repository) if terraform / "modules" / "launch_roles" in modules else []
    return json.dumps([digest_files(repository, files), launch_roles])


def _files(folder: Path) -> Iterator[Path]:
    """The files of a module without those that cannot change a plan."""
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder).parts
        if path.is_file() and path.suffix != ".md" and not {".terraform", "tests"} & set(inside):
            yield path


def _modules(terraform: Path, folder: Path) -> set[Path]:
    """The folders of all modules below a module."""
    text = "".join(file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.tf")))
    modules = {terraform / "modules" / name for name in _SOURCE.findall(text)}
    return modules.union(*(_modules(terraform, module) for module in modules))


def _launch_roles(repository: Path) -> list[tuple[str, str]]:
    """Launch role and launch policy of every product, all that Terraform reads; UserError for an invalid policy."""
    products = load.products(repository)
    lint.require_valid(products)
    return [(product.launch_role, (product.folder / FILE).read_text("utf-8")) for product in products]
