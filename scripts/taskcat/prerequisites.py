"""What a product's own tests/ground.py lays down before it is launched, if it has one."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any


def lay(root: Path, product: str, client: Callable[[str], Any]) -> None:
    """Calls lay(client) of products/<product>/tests/ground.py; `client("sagemaker")` is one of boto3's."""
    path = root / "products" / product.replace("-", "_") / "tests" / "ground.py"
    if path.is_file():
        runpy.run_path(str(path))["lay"](client)
