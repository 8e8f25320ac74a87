"""`catalog launch-policy`: derive the policies of launch roles from the templates."""

from __future__ import annotations

from pathlib import Path

import click

from generators.config import repository, validation
from generators.config.files import write_atomically
from generators.launch_policy import FILE, derive
from generators.release import load
from generators.release.model import Product
from scripts.terminal import emit, progress

_EXAMPLES = """
\b
Examples:
  catalog launch-policy all                         every product
  catalog launch-policy studio-environment          one product
  catalog launch-policy studio-environment --check  check that it is current, write nothing

\b
Exit codes: 0 done, 1 invalid input, 2 a policy is not current (--check).
"""


@click.command(epilog=_EXAMPLES)
@click.argument("product")
@click.option("--check", is_flag=True, help="Write nothing; exit code 2 when a policy is not current.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
@click.pass_context
def command(context: click.Context, product: str, check: bool, as_json: bool) -> None:
    """Derive launch_policy.json of PRODUCT (or all) from its templates, the frozen ones and the one being written.

    The policy allows what AWS's resource handlers need for the types and properties of the template, on the product's
    own resource names. Terraform attaches the policy to the role: run `make vend` before the version is published.
    """
    root = repository.find_root()
    products = load.products(root, product)
    with progress("deriving", len(products)) as on_progress:

        def derive_one(product: Product) -> tuple[Product, bool]:
            changed = _write(product.folder / FILE, derive.launch_policy(root, product), check)
            on_progress(product.name)
            return product, changed

        results = validation.map_all(derive_one, products)
    emit("\n".join(_line(*result, check) for result in results), [_data(*result) for result in results], as_json)
    context.exit(2 if check and any(changed for _, changed in results) else 0)


def _write(path: Path, text: str, check: bool) -> bool:
    """Write the text unless `check`; True when it differs from the file."""
    if path.is_file() and path.read_bytes() == text.encode():
        return False
    if not check:
        write_atomically(path, text.encode())
    return True


def _line(product: Product, changed: bool, check: bool) -> str:
    result = "unchanged" if not changed else "is not current:" if check else "wrote"
    return f"{product.name}: {result} {product.path(FILE)}"


def _data(product: Product, changed: bool) -> dict[str, str | bool]:
    return {"product": product.name, "file": product.path(FILE), "changed": changed}
