"""Plans and outcomes for people and for programs. Pure: returns what `emit` shows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from generators.catalog.plan import (
    Action,
    AddVersion,
    AttachToPortfolio,
    CreateProduct,
    SetLaunchRole,
    SetReleaseDigest,
    UpdateProduct,
)

Step = tuple[str, Action]  # region, action


def sentence(action: Action) -> str:
    """One action as people say it."""
    match action:
        case CreateProduct(wanted, release):
            return f"create product {wanted.product.name} with version {release.version}"
        case UpdateProduct(wanted):
            return f"change the words about {wanted.product.name}"
        case AddVersion(wanted, release):
            return f"add version {release.version} to {wanted.product.name}"
        case AttachToPortfolio(product, portfolio):
            return f"attach {product} to portfolio {portfolio}"
        case SetLaunchRole(product, portfolio, role):
            return f"launch {product} from {portfolio} under role {role}"
        case SetReleaseDigest(product, mark):
            return f"mark {product} as published: {mark}"


def subject(action: Action) -> str:
    """Name of the product that an action is about."""
    match action:
        case CreateProduct(wanted) | AddVersion(wanted) | UpdateProduct(wanted):
            return wanted.product.name
        case AttachToPortfolio(product) | SetLaunchRole(product) | SetReleaseDigest(product):
            return product


def table(steps: Sequence[Step], title: str, nothing: str) -> RenderableType:
    """One line an action, in the order in which they are done; `nothing` when there are none."""
    if not steps:
        return Text(nothing, style="green")
    rows = Table(box=box.SIMPLE, pad_edge=False)
    for column in ("Region", "Product", "Action"):
        rows.add_column(column, no_wrap=column != "Action", overflow="fold")
    for region, action in steps:
        rows.add_row(region, subject(action), Text(sentence(action)))
    return Group(Text(title, style="bold"), rows)


def outcome(done: Sequence[Step]) -> RenderableType:
    """What was published where, once everything is done."""
    rows = Table(box=box.SIMPLE, pad_edge=False)
    for column in ("Region", "Product", "Published", "Portfolio"):
        rows.add_column(column, overflow="fold", no_wrap=True)
    for region, name in dict.fromkeys((region, subject(it)) for region, it in done):
        actions = [it for where, it in done if (where, subject(it)) == (region, name)]
        versions = [str(it.release.version) for it in actions if isinstance(it, CreateProduct | AddVersion)]
        portfolios = [it.portfolio for it in actions if isinstance(it, AttachToPortfolio)]
        rows.add_row(region, name, ", ".join(versions) or "words and settings", ", ".join(portfolios) or "as before")
    return Group(Text("published", style="bold green"), rows)


def data(steps: Iterable[Step]) -> list[dict[str, str]]:
    """The actions as JSON values."""
    return [
        {"region": region, "product": subject(it), "action": type(it).__name__, "text": sentence(it)}
        for region, it in steps
    ]
