"""`catalog evidence`: the auditors' table of a release."""

from __future__ import annotations

import click

from generators.access import access_matrix
from generators.compliance import collect, evidence, test_results
from generators.compliance.evidence import Evidence
from generators.config import repository
from generators.config.files import write_atomically
from generators.errors import UserError
from generators.launch_policy import lint
from generators.release import load, versions_folder
from generators.release.model import Product, Release
from generators.release.version import Version
from scripts.terminal import print_errors, print_line

_EXAMPLES = """
\b
Examples:
  catalog evidence                                      the declared version of every product
  catalog evidence studio-environment --version 1.1.0   an older release

\b
The files are in .local/evidence/<product>/: <version>.json and <version>.html.
Exit codes: 0 every control is proven, 1 the tests were not run, 2 a control fails or has no evidence.
"""


@click.command(epilog=_EXAMPLES)
@click.argument("product", default="all")
@click.option("--version", default="", help="A frozen version; the declared one when left out.")
@click.pass_context
def command(context: click.Context, product: str, version: str) -> None:
    """Write for each control of PRODUCT's release where it is enforced, the tests that prove it and their results.

    Rules and the access matrix are evaluated now. Results of tests are those of `make test` and `make test-terraform`
    on exactly these sources.
    """
    root = repository.find_root()
    products = load.products(root, product)
    lint.require_valid(products)
    releases = [_release(chosen, version) for chosen in products]
    proofs, account = test_results.read(root), access_matrix.read(root)
    tables = [collect.evidence(root, release, proofs, account) for release in releases]
    for table in tables:
        folder = root / ".local" / "evidence" / table.product
        write_atomically(folder / f"{table.version}.json", evidence.as_json(table))
        write_atomically(folder / f"{table.version}.html", evidence.as_page(table))
        print_line(f"{(folder / table.version).relative_to(root)}.html: {_summary(table)}")
    problems = tuple(problem for table in tables for problem in table.problems)
    print_errors(problems)
    context.exit(2 if problems else 0)


def _summary(table: Evidence) -> str:
    return ", ".join(f"{number} {result}" for result, number in table.counts().items() if number)


def _release(product: Product, version: str) -> Release:
    if not version:
        return versions_folder.declared_release(product)
    releases = {release.version: release for release in versions_folder.releases(product)}
    chosen = Version.find(version)
    if chosen is None or chosen not in releases:
        versions = ", ".join(str(frozen) for frozen in releases)
        raise UserError(f"--version {version}: {product.name} has no such version; choose one of {versions}")
    return releases[chosen]
