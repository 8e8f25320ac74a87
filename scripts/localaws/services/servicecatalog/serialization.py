"""Structures of Service Catalog's responses, which responses.yaml defines."""

from pathlib import Path
from typing import Any

from scripts.localaws.core.expressions import Structures
from scripts.localaws.services.servicecatalog.models import Product

structure = Structures(Path(__file__).with_name("responses.yaml"))


def product_view_detail(product: Product, region: str) -> dict[str, Any]:
    """Return a ProductViewDetail, which contains a ProductViewSummary."""
    summary = structure("ProductViewSummary", product)
    return {"ProductViewSummary": summary, **structure("ProductViewDetail", product, region=region)}
