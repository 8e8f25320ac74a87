"""A product's launch policy from its templates: every frozen version, and the one that is being written. Reads files.

A launch role serves everything that runs: it must be able to upgrade and end what older versions made.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from generators.catalog import author, frozen, load, registry
from generators.catalog.model import CatalogError, Product
from generators.launch import contracts, policy, unpublished
from generators.launch.needs import HANDLERS, Need, is_custom
from generators.launch.versions import of_templates

FILE = "launch_policy.json"
Template = Mapping[str, Any]


def of_product(root: Path, product: Product, current: Template | None = None) -> str:
    """The text of launch_policy.json; CatalogError when the template cannot be built or needs too much.

    `current` is the template that is being written, when it is built already.
    """
    document = policy.document(needs(root, product, current))
    size = policy.size(document)
    if size > policy.LIMIT:
        raise CatalogError(
            f"{product.shown(FILE)}: needs {size:,} characters, a role's inline policies hold {policy.LIMIT:,};"
            " name the resources alike, or split the product"
        )
    return policy.text(document)


def needs(root: Path, product: Product, current: Template | None = None) -> tuple[Need, ...]:
    """All that the launch role of a product is asked for."""
    templates = [json.loads(it.body) for it in frozen.releases(product)]
    templates.append(current or author.build(root, product))
    problems = [*_unpublished(product, templates)]
    found = of_templates(templates, contracts.holds(root), load.platform(root).name_prefix, product.name)
    problems += _wide(product, found)
    if problems:
        raise CatalogError(problems)
    return found


def _unpublished(product: Product, templates: Sequence[Template]) -> Iterator[str]:
    for kind in sorted({it["Type"] for template in templates for it in template.get("Resources", {}).values()}):
        published = registry.permissions(kind, *HANDLERS) or any(unpublished.also(kind, it) for it in HANDLERS)
        if not published and not is_custom(kind) and kind not in unpublished.NOTHING:
            yield (
                f"{product.shown('template.py')}: AWS publishes no permissions of {kind}; say in"
                " generators/launch/unpublished.py what its handlers need, with the AWS page"
            )


def _wide(product: Product, found: Sequence[Need]) -> Iterator[str]:
    """A role that nobody can name would be every role."""
    for why in sorted({it.why for it in found if it.action == "iam:PassRole" and it.resource.endswith(":role/*")}):
        yield (
            f"{product.shown('template.py')}: {why} passes a role that the policy cannot name; name the role in the"
            " template, or its contract in generators/launch/contracts.py"
        )
