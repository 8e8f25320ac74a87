"""What Service Catalog remembers, one store per region for all accounts: sharing crosses accounts.

Quotas: https://docs.aws.amazon.com/servicecatalog/latest/adminguide/limits.html
"""

import hashlib
import json
import secrets
import string
import threading
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from scripts.localaws.services.servicecatalog.exceptions import invalid, not_found

VERSIONS_PER_PRODUCT = 100
PRODUCTS_PER_PORTFOLIO = 150
PRODUCTS_PER_REGION = 350
PORTFOLIOS_PER_REGION = 100
SHARED_ACCOUNTS_PER_PORTFOLIO = 5000
TAG_OPTIONS_PER_RESOURCE = 25
VALUES_PER_TAG_OPTION = 25

_ALPHABET = string.ascii_lowercase + string.digits
Params = dict[str, Any]


def new_id(prefix: str) -> str:
    """An identifier as AWS spells it: prod-0123456789abc."""
    return f"{prefix}-" + "".join(secrets.choice(_ALPHABET) for _ in range(13))


def now() -> datetime:
    """Seconds are enough, as on AWS."""
    return datetime.now(UTC).replace(microsecond=0)


@dataclass
class Artifact:
    """A version: the template's bytes are copied when it is created and never change."""

    id: str
    name: str
    description: str
    body: bytes = field(repr=False)
    active: bool = True
    guidance: str = "DEFAULT"
    created: datetime = field(default_factory=now)


@dataclass
class Product:
    """`view` holds the summary's own words: Name, Owner, ShortDescription, Distributor, Support*."""

    id: str
    account: str
    view: dict[str, str]
    artifacts: dict[str, Artifact] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    created: datetime = field(default_factory=now)


@dataclass
class Share:
    """One principal that a portfolio is shared with; `kind` is a DescribePortfolioShareType.

    `frozen` holds the accounts that a node had when Service Catalog lost its access to the organisation; `begun` is
    the token of the action that made it.
    """

    kind: str
    principal: str
    tag_options: bool
    principals: bool
    accepted: set[str] = field(default_factory=set)
    frozen: frozenset[str] | None = None
    begun: dict[str, str] = field(default_factory=dict)


@dataclass
class Portfolio:
    """Products by id; who may use them, as (associating account, principal ARN) -> type."""

    id: str
    account: str
    details: dict[str, str]
    tags: dict[str, str] = field(default_factory=dict)
    products: dict[str, datetime] = field(default_factory=dict)
    shares: dict[tuple[str, str], Share] = field(default_factory=dict)
    principals: dict[tuple[str, str], str] = field(default_factory=dict)
    created: datetime = field(default_factory=now)


@dataclass
class Constraint:
    """A rule on how one product of one portfolio is launched."""

    id: str
    account: str
    portfolio: str
    product: str
    kind: str
    description: str
    parameters: str


@dataclass
class TagOption:
    """A tag that launched resources carry."""

    id: str
    account: str
    key: str
    value: str
    active: bool = True
    resources: dict[str, datetime] = field(default_factory=dict)


@dataclass
class Record:
    """One request on a provisioned product; it ends SUCCEEDED or FAILED."""

    id: str
    kind: str
    account: str
    caller_arn: str
    provisioned: str
    name: str
    product: str
    artifact: str
    path: str
    launch_role: str = ""
    tags: dict[str, str] = field(default_factory=dict)
    status: str = "CREATED"
    errors: list[dict[str, str]] = field(default_factory=list)
    outputs: list[dict[str, str]] = field(default_factory=list)
    created: datetime = field(default_factory=now)
    updated: datetime = field(default_factory=now)


@dataclass
class Provisioned:
    """A product that somebody launched. `stack` is the CloudFormation stack's ARN once there is one.

    `given` are the user's own tags, `tags` those and what TagOptions add.
    """

    id: str
    account: str
    name: str
    product: str
    artifact: str
    path: str
    caller_arn: str
    session_arn: str
    token: str
    launch_role: str = ""
    status: str = "UNDER_CHANGE"
    message: str = ""
    stack: str = ""
    given: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    last_record: str = ""
    last_provisioning: str = ""
    last_success: str = ""
    created: datetime = field(default_factory=now)


@dataclass
class Store:
    """Everything of one region."""

    region: str
    portfolios: dict[str, Portfolio] = field(default_factory=dict)
    products: dict[str, Product] = field(default_factory=dict)
    constraints: dict[str, Constraint] = field(default_factory=dict)
    tag_options: dict[str, TagOption] = field(default_factory=dict)
    provisioned: dict[str, Provisioned] = field(default_factory=dict)
    records: dict[str, Record] = field(default_factory=dict)
    share_actions: dict[str, Any] = field(default_factory=dict)
    tokens: dict[tuple[str, str, str], tuple[str, Any]] = field(default_factory=dict)

    def own_portfolio(self, account: str, identifier: str) -> Portfolio:
        """The portfolio, when `account` owns it."""
        found = self.portfolios.get(identifier)
        if found is None or found.account != account:
            raise not_found("Portfolio", identifier)
        return found

    def own_product(self, account: str, identifier: str) -> Product:
        """The product, when `account` owns it."""
        found = self.products.get(identifier)
        if found is None or found.account != account:
            raise not_found("Product", identifier)
        return found

    def product_named(self, account: str, params: Params, id_key: str = "Id", name_key: str = "Name") -> Product:
        """The owner's product by id or by name."""
        if identifier := params.get(id_key):
            return self.own_product(account, identifier)
        name = params.get(name_key)
        for product in self.products.values():
            if product.account == account and product.view["Name"] == name:
                return product
        raise not_found("Product", str(name)) if name else invalid(f"Either {id_key} or {name_key} is required.")


_stores: dict[str, Store] = {}
LOCK = threading.RLock()


def store(region: str) -> Store:
    """The region's store; it lives as long as the process."""
    return _stores.setdefault(region, Store(region))


def stores() -> tuple[Store, ...]:
    """Every region's."""
    return tuple(_stores.values())


def fingerprint(params: Params) -> str:
    """Equal for equal parameters."""
    return hashlib.sha256(json.dumps(params, sort_keys=True, default=str).encode()).hexdigest()


def tag_list(tags: dict[str, str]) -> list[dict[str, str]]:
    """Tags as AWS writes them."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def tag_dict(params: Params, key: str = "Tags") -> dict[str, str]:
    """Tags of a request."""
    return {tag["Key"]: tag["Value"] for tag in params.get(key) or []}
