"""Access to portfolios and products: accounts need a share, principals need a grant in the portfolio. Read-only.

https://docs.aws.amazon.com/servicecatalog/latest/adminguide/catalogs_portfolios_sharing.html
"""

import fnmatch
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from scripts.localaws.core.caller import Caller
from scripts.localaws.services.servicecatalog import organizations
from scripts.localaws.services.servicecatalog.exceptions import not_found
from scripts.localaws.services.servicecatalog.models import Portfolio, Product, Share, Store


@dataclass(frozen=True)
class LaunchPath:
    """A launch path: a product that a principal can provision from this portfolio."""

    portfolio: Portfolio
    product: Product
    share: Share | None

    @property
    def id(self) -> str:
        """Return an id that depends on portfolio and product only."""
        digest = hashlib.sha256(f"{self.portfolio.id} {self.product.id}".encode()).hexdigest()
        return "lpv3-" + digest[:13]


def share_for(portfolio: Portfolio, account: str) -> Share | None:
    """Return the share that gives the account access to the portfolio, by the organization as it is now."""
    principals = {account, *organizations.nodes_of(account)}
    for share in portfolio.shares.values():
        if share.principal in principals and (share.frozen_accounts is None or account in share.frozen_accounts):
            return share
    return None


def accessible_portfolio(store: Store, account: str, identifier: str) -> Portfolio:
    """Return the portfolio if the account owns it or has a share of it; else ResourceNotFoundException."""
    portfolio = store.portfolios.get(identifier)
    if portfolio is None or (portfolio.account != account and not share_for(portfolio, account)):
        raise not_found("Portfolio", identifier)
    return portfolio


def accessible_product(store: Store, account: str, identifier: str) -> Product:
    """Return the product if the account owns it or has access to a portfolio with it."""
    product = store.products.get(identifier)
    portfolios = [portfolio for portfolio in store.portfolios.values() if identifier in portfolio.products]
    if product is None or (
        product.account != account and not any(share_for(portfolio, account) for portfolio in portfolios)
    ):
        raise not_found("Product", identifier)
    return product


def launch_paths(store: Store, caller: Caller) -> Iterator[LaunchPath]:
    """Yield the launch paths of the principal, oldest portfolio first."""
    for portfolio in store.portfolios.values():
        owned_by_caller = portfolio.account == caller.account
        share = None if owned_by_caller else share_for(portfolio, caller.account)
        if (owned_by_caller or share) and _has_grant(portfolio, share, caller):
            for product in portfolio.products:
                yield LaunchPath(portfolio, store.products[product], share)


def _has_grant(portfolio: Portfolio, share: Share | None, caller: Caller) -> bool:
    arn = caller.role_arn or caller.arn
    for (account, pattern), kind in portfolio.principals.items():
        granted_by_owner = (
            share is not None and share.principals and account == portfolio.account and kind == "IAM_PATTERN"
        )
        if (account == caller.account or granted_by_owner) and _matches(pattern, kind, arn):
            return True
    return False


def _matches(pattern: str, kind: str, arn: str) -> bool:
    if kind == "IAM":
        return pattern == arn
    return fnmatch.fnmatchcase(arn.split(":", 5)[5], pattern.split(":", 5)[5])
