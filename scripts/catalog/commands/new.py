"""`catalog new`: create a product folder."""

from __future__ import annotations

import click

from generators.config import repository
from generators.config.files import new_folder, write_atomically
from generators.launch_policy import FILE, derive
from generators.release import load, scaffold
from generators.release.render import freeze
from scripts.terminal import emit

_EXAMPLES = """
\b
Example:
  catalog new model-registry      creates products/model_registry/
"""


@click.command(epilog=_EXAMPLES)
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
def command(name: str, as_json: bool) -> None:
    """Create the folder of a new product, called NAME in the catalogue, and render its first version.

    The product is small and complete: it renders, passes `catalog check` and can be provisioned. Replace it step by
    step.
    """
    root = repository.find_root()
    created = scaffold.create(root, name)
    with new_folder(created[0].parent):
        product = load.product(root, name)
        policy = product.folder / FILE
        write_atomically(policy, derive.launch_policy(root, product).encode())
        release, _ = freeze(root, product)
    files = [path.relative_to(root).as_posix() for path in (*created, policy, release.path)]
    next_steps = [
        f"edit   {release.product.path('template.py')}, product.yaml, CHANGELOG.md, README.md",
        f"then   catalog render {release.product.name}",
        f"       catalog launch-policy {release.product.name}",
        f"and    catalog check {release.product.name}",
    ]
    emit(
        "\n".join([*(f"wrote  {file}" for file in files), *next_steps]),
        {"product": release.product.name, "files": files},
        as_json,
    )
