"""Actions of a publish as tables and as JSON. Pure: returns the values that `emit` prints."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from generators.catalog.plan import (
    Action,
    AddArchive,
    AddVersion,
    AttachToPortfolio,
    CreateProduct,
    SetLaunchRole,
    SetReleaseDigest,
    UpdateProduct,
)

Step = tuple[str, Action]  # region, action


def sentence(action: Action) -> str:
    """One action as a sentence."""
    match action:
        case CreateProduct(desired, release):
            return f"create product {desired.product.name} with version {release.version}"
        case UpdateProduct(desired):
            return f"change the words about {desired.product.name}"
        case AddVersion(desired, release):
            return f"add version {release.version} to {desired.product.name}"
        case AddArchive(desired, key):
            return f"store {key} of {desired.product.name}"
        case AttachToPortfolio(product, portfolio):
            return f"attach {product} to portfolio {portfolio}"
        case SetLaunchRole(product, portfolio, role):
            return f"launch {product} from {portfolio} under role {role}"
        case SetReleaseDigest(product, digest):
            return f"mark {product} as published: {digest}"


def subject(action: Action) -> str:
    """The name of the product that an action changes."""
    match action:
        case CreateProduct(desired) | AddVersion(desired) | AddArchive(desired) | UpdateProduct(desired):
            return desired.product.name
        case AttachToPortfolio(product) | SetLaunchRole(product) | SetReleaseDigest(product):
            return product


def table(steps: Sequence[Step], title: str, nothing: str) -> RenderableType:
    """One row for each action in the order of execution; the text `nothing` when there are none."""
    if not steps:
        return Text(nothing, style="green")
    rows = Table(box=box.SIMPLE, pad_edge=False)
    for column in ("Region", "Product", "Action"):
        rows.add_column(column, no_wrap=column != "Action", overflow="fold")
    for region, action in steps:
        rows.add_row(region, subject(action), Text(sentence(action)))
    return Group(Text(title, style="bold"), rows)


def result(steps: Sequence[Step]) -> RenderableType:
    """The products of completed steps: one row for each region and product."""
    rows = Table(box=box.SIMPLE, pad_edge=False)
    for column in ("Region", "Product", "Published", "Portfolio"):
        rows.add_column(column, overflow="fold", no_wrap=True)
    for region, name in dict.fromkeys((region, subject(action)) for region, action in steps):
        actions = [action for where, action in steps if (where, subject(action)) == (region, name)]
        versions = [str(action.release.version) for action in actions if isinstance(action, CreateProduct | AddVersion)]
        portfolios = [action.portfolio for action in actions if isinstance(action, AttachToPortfolio)]
        rows.add_row(region, name, ", ".join(versions) or "words and settings", ", ".join(portfolios) or "as before")
    return Group(Text("published", style="bold green"), rows)


def data(steps: Iterable[Step]) -> list[dict[str, str]]:
    """The actions as JSON values."""
    return [
        {"region": region, "product": subject(action), "action": type(action).__name__, "text": sentence(action)}
        for region, action in steps
    ]
