"""`catalog launch-policy`: write what the launch roles of products may do."""

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
  catalog launch-policy studio-environment --check  say whether it is current, write nothing

\b
Exit codes: 0 done, 1 an input must be mended first, 2 a policy is not current (--check).
"""


@click.command(epilog=_EXAMPLES)
@click.argument("product")
@click.option("--check", is_flag=True, help="Write nothing; exit code 2 when a policy is not current.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
@click.pass_context
def command(context: click.Context, product: str, check: bool, as_json: bool) -> None:
    """Derive launch_policy.json of PRODUCT (or all) from its templates, the frozen ones and the one being written.

    A launch role may do what AWS's handlers of the template's types need, for the properties in use, on the product's
    own names. Terraform gives the policy to the role: run `make vend` before the version is published.
    """
    root = repository.find_root()
    products = load.products(root, product)
    with progress("deriving", len(products)) as advance:

        def one(it: Product) -> tuple[Product, bool]:
            changed = _write(it.folder / FILE, derive.launch_policy(root, it), check)
            advance(it.name)
            return it, changed

        results = validation.map_all(one, products)
    emit("\n".join(_line(it, changed, check) for it, changed in results), [_data(*it) for it in results], as_json)
    context.exit(2 if check and any(changed for _, changed in results) else 0)


def _write(path: Path, text: str, check: bool) -> bool:
    """Whether the file was, or would be, changed."""
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        return False
    if not check:
        write_atomically(path, text.encode())
    return True


def _line(it: Product, changed: bool, check: bool) -> str:
    done = "unchanged" if not changed else "is not current:" if check else "wrote"
    return f"{it.name}: {done} {it.path(FILE)}"


def _data(it: Product, changed: bool) -> dict[str, str | bool]:
    return {"product": it.name, "file": it.path(FILE), "changed": changed}
