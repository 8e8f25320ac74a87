"""Runs the prerequisites that a product defines in its own tests/prerequisites.py."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any


def create_prerequisites(root: Path, product: str, client: Callable[[str], Any]) -> None:
    """Call create_prerequisites(client) of products/<product>/tests/prerequisites.py, if the product has that file.

    `client("sagemaker")` returns a boto3 client.
    """
    path = root / "products" / product.replace("-", "_") / "tests" / "prerequisites.py"
    if path.is_file():
        runpy.run_path(str(path))["create_prerequisites"](client)
