"""The launch role's policy of a product: does it say what its author meant. Reads files, nothing else.

Terraform fills in the account and the region, so a placeholder such as ${account_id} stands for itself here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from generators.catalog.model import Product
from generators.catalog.registry import is_action

FILE = "launch_policy.json"


def problems(product: Product) -> tuple[str, ...]:
    """One problem for each action that AWS does not know: a policy with a typing error allows nothing."""
    text = (product.folder / FILE).read_text(encoding="utf-8")
    unknown = sorted({action for action in _actions(json.loads(text)) if not is_action(action)})
    return tuple(
        f"{product.shown(f'{FILE}:{_line(text, action)}')}: '{action}' is no action that AWS knows; correct it"
        for action in unknown
    )


def _actions(policy: dict[str, Any]) -> Iterator[str]:
    for statement in policy["Statement"]:
        for key in ("Action", "NotAction"):
            found = statement.get(key, [])
            yield from [found] if isinstance(found, str) else found


def _line(text: str, action: str) -> int:
    return text[: text.index(f'"{action}"')].count("\n") + 1
