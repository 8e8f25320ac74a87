"""Derives a product's launch policy from its templates: every frozen version and the current one. Reads files.

A launch role serves every version in use: it must be able to update and to terminate stacks of older versions.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from generators.cloudformation import resource_schemas, schema_overrides, template_format
from generators.cloudformation.handler_permissions import HANDLERS, RequiredPermission
from generators.cloudformation.update_behavior import is_custom_resource
from generators.config import repository
from generators.errors import UserError
from generators.launch_policy import FILE, statements
from generators.launch_policy.contract_values import contract_values
from generators.launch_policy.version_permissions import version_permissions
from generators.release import template_builder, versions_folder
from generators.release.model import Product

Template = Mapping[str, Any]


def launch_policy(root: Path, product: Product, current: Template | None = None) -> str:
    """The text of launch_policy.json; UserError when the template cannot be built or needs too much.

    `current` is the template of the current version, if it is already built.
    """
    document = statements.document(required_permissions(root, product, current))
    size = statements.size(document)
    if size > statements.LIMIT:
        raise UserError(
            f"{product.path(FILE)}: needs {size:,} characters, a role's inline policies hold {statements.LIMIT:,};"
            " name the resources alike, or split the product"
        )
    return statements.text(document)


def required_permissions(
    root: Path, product: Product, current: Template | None = None
) -> tuple[RequiredPermission, ...]:
    """All permissions that the launch role of a product needs."""
    templates = [json.loads(release.body) for release in versions_folder.releases(product)]
    templates.append(current or template_builder.build(root, product))
    problems = [*_loops(product, templates), *_types_without_permissions(product, templates)]
    name_prefix = repository.platform(root).name_prefix
    permissions = version_permissions(templates, contract_values(root), name_prefix, product.name)
    problems += _unnamed_roles(product, permissions)
    if problems:
        raise UserError(problems)
    return permissions


def _loops(product: Product, templates: Sequence[Template]) -> Iterator[str]:
    for name in sorted({name for template in templates for name in template_format.loops(template)}):
        yield (
            f"{product.path('template.py')}: Resources.{name}: cannot decide which resources it makes; write the"
            " resources themselves"
        )


def _types_without_permissions(product: Product, templates: Sequence[Template]) -> Iterator[str]:
    resources = [
        resource for template in templates for resource in template_format.declarations(template, "Resources").values()
    ]
    for resource_type in sorted({resource["Type"] for resource in resources}):
        published = resource_schemas.permissions(resource_type, *HANDLERS) or any(
            schema_overrides.extra_permissions(resource_type, handler) for handler in HANDLERS
        )
        needs_none = is_custom_resource(resource_type) or resource_type in schema_overrides.WITHOUT_PERMISSIONS
        if not published and not needs_none:
            yield (
                f"{product.path('template.py')}: AWS publishes no permissions of {resource_type}; say in"
                " generators/cloudformation/schema_overrides.py what its handlers need, with the AWS page"
            )


def _unnamed_roles(product: Product, permissions: Sequence[RequiredPermission]) -> Iterator[str]:
    """A role without a name would allow passing every role of the account."""
    passed = [item for item in permissions if item.action == "iam:PassRole" and item.resource.endswith(":role/*")]
    for reason in sorted({item.reason for item in passed}):
        yield (
            f"{product.path('template.py')}: {reason} passes a role that the policy cannot name; name the role in the"
            " template, or its contract in generators/launch_policy/contract_values.py"
        )
