"""Shares of a portfolio with accounts, units or the whole organization; one share action at a time.

https://docs.aws.amazon.com/servicecatalog/latest/dg/API_CreatePortfolioShare.html
"""

from dataclasses import dataclass
from typing import Any

from scripts.localaws.core import clock
from scripts.localaws.core.caller import MANAGEMENT
from scripts.localaws.services.servicecatalog import models, organizations
from scripts.localaws.services.servicecatalog.exceptions import invalid, limit, not_found, not_supported, wrong_state
from scripts.localaws.services.servicecatalog.models import Params, Portfolio, Share, Store, new_id, stores
from scripts.localaws.services.servicecatalog.operations import Request, operation
from scripts.localaws.services.servicecatalog.serialization import structure

_ACTION_SECONDS = 0.3  # duration of a share action
_SHARE_TYPES = {"ACCOUNT": "ORGANIZATION_MEMBER_ACCOUNT"}


@dataclass
class OrganizationsAccess:
    """Whether Service Catalog has access to the organization; one value for all regions."""

    enabled: bool = False


_access = OrganizationsAccess()


@dataclass(frozen=True)
class ShareAction:
    """A share action, in progress or completed."""

    token: str
    account: str
    portfolio: str
    node: str
    ends_at: float

    @property
    def status(self) -> str:
        """Return IN_PROGRESS until the end time, then COMPLETED."""
        return "IN_PROGRESS" if clock.now().timestamp() < self.ends_at else "COMPLETED"


@operation("EnableAWSOrganizationsAccess")
def enable_access(request: Request, _: Params) -> None:
    """Enable access to the organization; only the management account may do this."""
    _require_management_account(request)
    if not organizations.exists(request.account):
        raise wrong_state("The account is not part of an organization.")
    _set_access(enabled=True)


@operation("DisableAWSOrganizationsAccess")
def disable_access(request: Request, _: Params) -> None:
    """Disable access; shares with units remain but no longer follow changes of the organization."""
    _require_management_account(request)
    _set_access(enabled=False)


def _set_access(enabled: bool) -> None:
    _access.enabled = enabled
    for portfolio in (portfolio for store in stores() for portfolio in store.portfolios.values()):
        for share in portfolio.shares.values():
            share.frozen_accounts = None if enabled else frozenset(organizations.member_accounts(share.principal))


@operation("GetAWSOrganizationsAccessStatus")
def access_status(request: Request, _: Params) -> dict[str, Any]:
    """Return ENABLED or DISABLED to accounts that may share with units."""
    if not organizations.can_share_with_units(request.account):
        raise not_supported("Only the management account or a delegated administrator may ask.")
    return {"AccessStatus": "ENABLED" if _access.enabled else "DISABLED"}


def _require_management_account(request: Request) -> None:
    if request.account != MANAGEMENT:
        raise not_supported("Only the management account switches the organisation's access.")


def _target(request: Request, params: Params) -> tuple[str, str]:
    """Return the DescribePortfolioShareType and the id of the account or node."""
    node = params.get("OrganizationNode")
    if bool(node) == bool(params.get("AccountId")):
        raise invalid("Exactly one of AccountId and OrganizationNode is required.")
    if not node:
        raise not_supported("the embedded AWS shares portfolios through the organization only; see SUPPORTED.md")
    if not _access.enabled:
        raise not_supported("AWS Organizations access is not enabled; EnableAWSOrganizationsAccess comes first.")
    if not organizations.can_share_with_units(request.account):
        raise not_supported(
            f"Account {request.account} is neither the management account nor a delegated administrator."
        )
    identifier = node["Value"].rsplit("/", 1)[-1]
    if not organizations.exists(identifier):
        raise invalid(f"{node['Value']} is not part of the organisation.")
    return _SHARE_TYPES.get(node["Type"], node["Type"]), identifier


def _start_action(store: Store, portfolio: Portfolio, kind: str, node: str) -> dict[str, str]:
    """Start a share action for a node of the organization, one at a time."""
    running = [
        action
        for action in store.share_actions.values()
        if action.portfolio == portfolio.id and action.status == "IN_PROGRESS"
    ]
    if running:
        raise wrong_state(f"Portfolio {portfolio.id} has a share action in progress; wait for {running[0].token}.")
    end = clock.now().timestamp() + _ACTION_SECONDS
    action = ShareAction(new_id("share"), portfolio.account, portfolio.id, node, end)
    store.share_actions[action.token] = action
    return {"PortfolioShareToken": action.token}


@operation("CreatePortfolioShare")
def create_share(request: Request, params: Params) -> dict[str, Any]:
    """Create a share; a repeated request changes nothing."""
    portfolio = request.store.own_portfolio(request.account, params["PortfolioId"])
    kind, node = _target(request, params)
    if params.get("SharePrincipals") and kind not in ("ORGANIZATION", "ORGANIZATIONAL_UNIT"):
        raise invalid("Principals are shared with units and the organisation only.")
    if len(portfolio.shares) >= models.SHARED_ACCOUNTS_PER_PORTFOLIO:
        raise limit(f"A portfolio is shared with at most {models.SHARED_ACCOUNTS_PER_PORTFOLIO} accounts.")
    if share := portfolio.shares.get((kind, node)):
        return share.action_token
    action_token = _start_action(request.store, portfolio, kind, node)
    flags = bool(params.get("ShareTagOptions")), bool(params.get("SharePrincipals"))
    portfolio.shares[kind, node] = Share(kind, node, *flags, action_token=action_token)
    return action_token


@operation("UpdatePortfolioShare")
def update_share(request: Request, params: Params) -> dict[str, Any]:
    """Change whether the share includes TagOptions and principals."""
    portfolio = request.store.own_portfolio(request.account, params["PortfolioId"])
    share = _share(portfolio, *_target(request, params))
    action_token = _start_action(request.store, portfolio, share.kind, share.principal)
    share.tag_options = params.get("ShareTagOptions", share.tag_options)
    share.principals = params.get("SharePrincipals", share.principals)
    return {**action_token, "Status": "IN_PROGRESS" if action_token else "COMPLETED"}


@operation("DeletePortfolioShare")
def delete_share(request: Request, params: Params) -> dict[str, Any]:
    """Delete a share; provisioned products remain, new launches are impossible."""
    portfolio = request.store.own_portfolio(request.account, params["PortfolioId"])
    share = _share(portfolio, *_target(request, params))
    action_token = _start_action(request.store, portfolio, share.kind, share.principal)
    del portfolio.shares[share.kind, share.principal]
    return action_token


def _share(portfolio: Portfolio, kind: str, node: str) -> Share:
    share = portfolio.shares.get((kind, node))
    if share is None:
        raise not_found(f"Share of portfolio {portfolio.id} with", node)
    return share


@operation("DescribePortfolioShareStatus")
def share_status(request: Request, params: Params) -> dict[str, Any]:
    """Return the status of a share action and the accounts that it reached."""
    action = request.store.share_actions.get(params["PortfolioShareToken"])
    if action is None or action.account != request.account:
        raise not_found("Portfolio share", params["PortfolioShareToken"])
    accounts = list(organizations.member_accounts(action.node))
    return {
        "PortfolioShareToken": action.token,
        "PortfolioId": action.portfolio,
        "OrganizationNodeValue": action.node,
        "Status": action.status,
        "ShareDetails": {"SuccessfulShares": accounts if action.status == "COMPLETED" else [], "ShareErrors": []},
    }


@operation("DescribePortfolioShares", list_key="PortfolioShareDetails", page_size=100)
def describe_shares(request: Request, params: Params) -> dict[str, Any]:
    """Return the shares of one type whose share action is completed."""
    portfolio = request.store.own_portfolio(request.account, params["PortfolioId"])
    running = {token for token, action in request.store.share_actions.items() if action.status == "IN_PROGRESS"}
    completed = [
        share for share in portfolio.shares.values() if share.action_token.get("PortfolioShareToken") not in running
    ]
    shares = [share for share in completed if share.kind == params["Type"]]
    return {"PortfolioShareDetails": structure.each("PortfolioShareDetail", shares)}
