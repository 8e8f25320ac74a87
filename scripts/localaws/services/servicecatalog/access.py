"""Who sees what: a portfolio reaches an account by a share, and a principal by a grant in it. Reads, changes nothing.

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
class Path:
    """One way for a principal to launch a product: through this portfolio."""

    portfolio: Portfolio
    product: Product
    share: Share | None

    @property
    def id(self) -> str:
        """The same for the same portfolio and product."""
        print_ = hashlib.sha256(f"{self.portfolio.id} {self.product.id}".encode()).hexdigest()
        return "lpv3-" + print_[:13]


def share_for(portfolio: Portfolio, account: str) -> Share | None:
    """The share through which the account holds the portfolio; evaluated now, so accounts that joined later count."""
    held = {account, *organizations.nodes_of(account)}
    for share in portfolio.shares.values():
        reached = account in share.accepted if share.kind == "ACCOUNT" else share.principal in held
        if reached and (share.frozen is None or account in share.frozen):
            return share
    return None


def usable(store: Store, account: str, identifier: str) -> Portfolio:
    """The portfolio, when the account owns it or holds a share of it."""
    it = store.portfolios.get(identifier)
    if it is None or (it.account != account and not share_for(it, account)):
        raise not_found("Portfolio", identifier)
    return it


def readable(store: Store, account: str, identifier: str) -> Product:
    """The product, when the account owns it or a portfolio that it uses holds it."""
    it = store.products.get(identifier)
    holding = [known for known in store.portfolios.values() if identifier in known.products]
    if it is None or (it.account != account and not any(share_for(known, account) for known in holding)):
        raise not_found("Product", identifier)
    return it


def paths(store: Store, caller: Caller) -> Iterator[Path]:
    """Every launch path of the principal, oldest portfolio first."""
    for portfolio in store.portfolios.values():
        own = portfolio.account == caller.account
        share = None if own else share_for(portfolio, caller.account)
        if (own or share) and _granted(portfolio, share, caller):
            for product in portfolio.products:
                yield Path(portfolio, store.products[product], share)


def _granted(portfolio: Portfolio, share: Share | None, caller: Caller) -> bool:
    arn = caller.role_arn or caller.arn
    for (account, pattern), kind in portfolio.principals.items():
        by_owner = share is not None and share.principals and account == portfolio.account and kind == "IAM_PATTERN"
        if (account == caller.account or by_owner) and _matches(pattern, kind, arn):
            return True
    return False


def _matches(pattern: str, kind: str, arn: str) -> bool:
    if kind == "IAM":
        return pattern == arn
    return fnmatch.fnmatchcase(arn.split(":", 5)[5], pattern.split(":", 5)[5])
