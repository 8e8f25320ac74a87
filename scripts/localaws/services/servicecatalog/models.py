"""The data model of Service Catalog. One store per region holds all accounts, because shares cross accounts.

Quotas: https://docs.aws.amazon.com/servicecatalog/latest/adminguide/limits.html
"""

import hashlib
import json
import secrets
import string
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from scripts.localaws.core import clock
from scripts.localaws.services.servicecatalog.exceptions import invalid, not_found

VERSIONS_PER_PRODUCT = 100
PRODUCTS_PER_PORTFOLIO = 150
PRODUCTS_PER_REGION = 350
PORTFOLIOS_PER_REGION = 100
SHARED_ACCOUNTS_PER_PORTFOLIO = 5000
TAG_OPTIONS_PER_RESOURCE = 25
VALUES_PER_TAG_OPTION = 25

Model = TypeVar("Model")
_ALPHABET = string.ascii_lowercase + string.digits
Params = dict[str, Any]


def new_id(prefix: str) -> str:
    """Return an identifier in the format of AWS: prod-0123456789abc."""
    return f"{prefix}-" + "".join(secrets.choice(_ALPHABET) for _ in range(13))


def now() -> datetime:
    """Return the current time in seconds, as on AWS."""
    return clock.now().replace(microsecond=0)


def where(models: Mapping[str, Model], **attributes: Any) -> list[Model]:
    """Return the models that have these attributes."""
    members = attributes.items()
    return [model for model in models.values() if all(getattr(model, name) == value for name, value in members)]


def owned(models: Mapping[str, Model], kind: str, account: str, identifier: str) -> Model:
    """Return the model if `account` owns it; else ResourceNotFoundException."""
    matches = where(models, id=identifier, account=account)
    if not matches:
        raise not_found(kind, identifier)
    return matches[0]


@dataclass
class Artifact:
    """A version (provisioning artifact) with its copy of the template, which never changes."""

    id: str
    name: str
    description: str
    body: bytes = field(repr=False)
    active: bool = True
    guidance: str = "DEFAULT"
    created: datetime = field(default_factory=now)


@dataclass
class Product:
    """A product; `view` has the texts of its summary: Name, Owner, ShortDescription, Distributor, Support*."""

    id: str
    account: str
    view: dict[str, str]
    artifacts: dict[str, Artifact] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    created: datetime = field(default_factory=now)


@dataclass
class Share:
    """A share of a portfolio with one principal; `kind` is a DescribePortfolioShareType.

    `frozen_accounts` are the accounts of the node at the time when Service Catalog's access to the organization was
    disabled; `action_token` holds the token of the share action that created the share.
    """

    kind: str
    principal: str
    tag_options: bool
    principals: bool
    frozen_accounts: frozenset[str] | None = None
    action_token: dict[str, str] = field(default_factory=dict)


@dataclass
class Portfolio:
    """A portfolio with its products by id; `principals` maps (associating account, principal ARN) to a type."""

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
    """A constraint on launches of one product of one portfolio."""

    id: str
    account: str
    portfolio: str
    product: str
    kind: str
    description: str
    parameters: str


@dataclass
class TagOption:
    """A tag for provisioned products of the associated portfolios and products."""

    id: str
    account: str
    key: str
    value: str
    active: bool = True
    resources: dict[str, datetime] = field(default_factory=dict)


@dataclass
class Record:
    """One request on a provisioned product; its final status is SUCCEEDED or FAILED."""

    id: str
    kind: str
    account: str
    caller_arn: str
    provisioned_product: str
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
class ProvisionedProduct:
    """A provisioned product. `stack` is the ARN of its CloudFormation stack, or "" before the stack exists.

    `user_tags` are the tags of the request; `tags` also contains those that TagOptions add.
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
    user_tags: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    last_record: str = ""
    last_provisioning: str = ""
    last_success: str = ""
    created: datetime = field(default_factory=now)


@dataclass
class Plan:
    """The plan of a provisioned product: a change set and what it changes (CloudFormation's ResourceChange)."""

    id: str
    name: str
    account: str
    provisioned_product: ProvisionedProduct
    version: Artifact
    path: Any  # LaunchPath
    params: Params
    is_new: bool  # the plan of a launch, not of an update
    caller_arn: str = ""
    role_arn: str = ""
    change_set: str = ""
    changes: list[dict[str, Any]] = field(default_factory=list)
    status: str = "CREATE_IN_PROGRESS"
    message: str = ""
    created: datetime = field(default_factory=now)
    updated: datetime = field(default_factory=now)


@dataclass
class Store:
    """All Service Catalog resources of one region."""

    region: str
    portfolios: dict[str, Portfolio] = field(default_factory=dict)
    products: dict[str, Product] = field(default_factory=dict)
    constraints: dict[str, Constraint] = field(default_factory=dict)
    tag_options: dict[str, TagOption] = field(default_factory=dict)
    provisioned_products: dict[str, ProvisionedProduct] = field(default_factory=dict)
    plans: dict[str, Plan] = field(default_factory=dict)
    records: dict[str, Record] = field(default_factory=dict)
    share_actions: dict[str, Any] = field(default_factory=dict)
    tokens: dict[tuple[str, str, str], tuple[str, Any]] = field(default_factory=dict)

    def own_portfolio(self, account: str, identifier: str) -> Portfolio:
        """Return the portfolio if `account` owns it; else ResourceNotFoundException."""
        return owned(self.portfolios, "Portfolio", account, identifier)

    def own_product(self, account: str, identifier: str) -> Product:
        """Return the product if `account` owns it; else ResourceNotFoundException."""
        return owned(self.products, "Product", account, identifier)

    def product_by_id_or_name(
        self, account: str, params: Params, id_key: str = "Id", name_key: str = "Name"
    ) -> Product:
        """Return a product of `account` by id or by name."""
        if identifier := params.get(id_key):
            return self.own_product(account, identifier)
        name = params.get(name_key)
        products = [product for product in where(self.products, account=account) if product.view["Name"] == name]
        if not products:
            raise not_found("Product", str(name)) if name else invalid(f"Either {id_key} or {name_key} is required.")
        return products[0]


_stores: dict[str, Store] = {}
LOCK = threading.RLock()


def store(region: str) -> Store:
    """Return the store of a region; it is kept in memory."""
    return _stores.setdefault(region, Store(region))


def stores() -> tuple[Store, ...]:
    """Return the stores of all regions."""
    return tuple(_stores.values())


def digest(params: Params) -> str:
    """Return a digest that is equal for equal parameters."""
    return hashlib.sha256(json.dumps(params, sort_keys=True, default=str).encode()).hexdigest()


def tag_list(tags: dict[str, str]) -> list[dict[str, str]]:
    """Return tags as a list of Key and Value."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def update_tags(tags: dict[str, str], params: Params) -> None:
    """Add and remove tags as AddTags and RemoveTags of a request say."""
    tags |= tag_dict(params, "AddTags")
    for key in params.get("RemoveTags") or []:
        tags.pop(key, None)


def tag_dict(params: Params, key: str = "Tags") -> dict[str, str]:
    """Return the tags of a request as a mapping."""
    return {tag["Key"]: tag["Value"] for tag in params.get(key) or []}
