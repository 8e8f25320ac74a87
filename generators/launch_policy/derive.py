"""A product's launch policy from its templates: every frozen version, and the one that is being written. Reads files.

A launch role serves everything that runs: it must be able to upgrade and end what older versions made.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from generators.cloudformation import resource_schemas, schema_overrides
from generators.cloudformation.handler_permissions import HANDLERS, RequiredPermission, is_custom
from generators.config import repository
from generators.errors import UserError
from generators.launch_policy import contract_values, statements
from generators.launch_policy.version_permissions import of_templates
from generators.release import template_builder, versions_folder
from generators.release.model import Product

FILE = "launch_policy.json"
Template = Mapping[str, Any]


def of_product(root: Path, product: Product, current: Template | None = None) -> str:
    """The text of launch_policy.json; UserError when the template cannot be built or needs too much.

    `current` is the template that is being written, when it is built already.
    """
    document = statements.document(needs(root, product, current))
    size = statements.size(document)
    if size > statements.LIMIT:
        raise UserError(
            f"{product.path(FILE)}: needs {size:,} characters, a role's inline policies hold {statements.LIMIT:,};"
            " name the resources alike, or split the product"
        )
    return statements.text(document)


def needs(root: Path, product: Product, current: Template | None = None) -> tuple[RequiredPermission, ...]:
    """All that the launch role of a product is asked for."""
    templates = [json.loads(it.body) for it in versions_folder.releases(product)]
    templates.append(current or template_builder.build(root, product))
    problems = [*_unpublished(product, templates)]
    found = of_templates(
        templates, contract_values.contract_values(root), repository.platform(root).name_prefix, product.name
    )
    problems += _wide(product, found)
    if problems:
        raise UserError(problems)
    return found


def _unpublished(product: Product, templates: Sequence[Template]) -> Iterator[str]:
    for kind in sorted({it["Type"] for template in templates for it in template.get("Resources", {}).values()}):
        published = resource_schemas.permissions(kind, *HANDLERS) or any(
            schema_overrides.extra_permissions(kind, it) for it in HANDLERS
        )
        if not published and not is_custom(kind) and kind not in schema_overrides.NOTHING:
            yield (
                f"{product.path('template.py')}: AWS publishes no permissions of {kind}; say in"
                " generators/cloudformation/schema_overrides.py what its handlers need, with the AWS page"
            )


def _wide(product: Product, found: Sequence[RequiredPermission]) -> Iterator[str]:
    """A role that nobody can name would be every role."""
    for why in sorted({it.why for it in found if it.action == "iam:PassRole" and it.resource.endswith(":role/*")}):
        yield (
            f"{product.path('template.py')}: {why} passes a role that the policy cannot name; name the role in the"
            " template, or its contract in generators/launch_policy/contract_values.py"
        )
