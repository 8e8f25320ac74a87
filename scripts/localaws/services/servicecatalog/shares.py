"""Sharing a portfolio with accounts, units or the whole organisation; one share action at a time.

https://docs.aws.amazon.com/servicecatalog/latest/dg/API_CreatePortfolioShare.html
"""

import time
from dataclasses import dataclass
from typing import Any

from scripts.localaws.core.caller import MANAGEMENT
from scripts.localaws.services.servicecatalog import access, organizations, serialization
from scripts.localaws.services.servicecatalog.exceptions import invalid, limit, not_found, not_supported, wrong_state
from scripts.localaws.services.servicecatalog.models import (
    SHARED_ACCOUNTS_PER_PORTFOLIO,
    Params,
    Portfolio,
    Share,
    Store,
    new_id,
    stores,
)
from scripts.localaws.services.servicecatalog.operations import Request, operation

_SECONDS = 0.3  # how long a share action takes
_KINDS = {"ACCOUNT": "ORGANIZATION_MEMBER_ACCOUNT"}


@dataclass
class Access:
    """Whether Service Catalog may read the organisation; one for all regions."""

    enabled: bool = False


_access = Access()


@dataclass(frozen=True)
class ShareAction:
    """A share action under way or done."""

    token: str
    account: str
    portfolio: str
    node: str
    ends: float

    @property
    def status(self) -> str:
        """IN_PROGRESS until its time is over."""
        return "IN_PROGRESS" if time.monotonic() < self.ends else "COMPLETED"


@operation("EnableAWSOrganizationsAccess")
def enable_access(request: Request, _: Params) -> None:
    """Only the management account of an organisation may."""
    _management(request)
    if not organizations.exists(request.account):
        raise wrong_state("The account is not part of an organization.")
    _switch(enabled=True)


@operation("DisableAWSOrganizationsAccess")
def disable_access(request: Request, _: Params) -> None:
    """Shares with units stay, and no longer follow the organisation."""
    _management(request)
    _switch(enabled=False)


def _switch(enabled: bool) -> None:
    _access.enabled = enabled
    for portfolio in (it for store in stores() for it in store.portfolios.values()):
        for share in portfolio.shares.values():
            share.frozen = None if enabled else frozenset(organizations.members(share.principal))


@operation("GetAWSOrganizationsAccessStatus")
def access_status(request: Request, _: Params) -> dict[str, Any]:
    """ENABLED or DISABLED, for those who may share with units."""
    if not organizations.may_share(request.account):
        raise not_supported("Only the management account or a delegated administrator may ask.")
    return {"AccessStatus": "ENABLED" if _access.enabled else "DISABLED"}


def _management(request: Request) -> None:
    if request.account != MANAGEMENT:
        raise not_supported("Only the management account switches the organisation's access.")


def _target(request: Request, params: Params) -> tuple[str, str]:
    """(kind as DescribePortfolioShares names it, the account's or node's id)."""
    node, account = params.get("OrganizationNode"), params.get("AccountId")
    if bool(node) == bool(account):
        raise invalid("Exactly one of AccountId and OrganizationNode is required.")
    if account == request.account:
        raise invalid("A portfolio cannot be shared with the account that owns it.")
    if not node:
        return "ACCOUNT", str(account)
    if not _access.enabled:
        raise not_supported("AWS Organizations access is not enabled; EnableAWSOrganizationsAccess comes first.")
    if not organizations.may_share(request.account):
        raise not_supported(
            f"Account {request.account} is neither the management account nor a delegated administrator."
        )
    identifier = node["Value"].rsplit("/", 1)[-1]
    if not organizations.exists(identifier):
        raise invalid(f"{node['Value']} is not part of the organisation.")
    return _KINDS.get(node["Type"], node["Type"]), identifier


def _begin(store: Store, portfolio: Portfolio, kind: str, node: str) -> dict[str, str]:
    """Shares with accounts are there at once; the organisation's take their time, and only one at a time."""
    if kind == "ACCOUNT":
        return {}
    running = [a for a in store.share_actions.values() if a.portfolio == portfolio.id and a.status == "IN_PROGRESS"]
    if running:
        raise wrong_state(f"Portfolio {portfolio.id} has a share action in progress; wait for {running[0].token}.")
    action = ShareAction(new_id("share"), portfolio.account, portfolio.id, node, time.monotonic() + _SECONDS)
    store.share_actions[action.token] = action
    return {"PortfolioShareToken": action.token}


@operation("CreatePortfolioShare")
def create_share(request: Request, params: Params) -> dict[str, Any]:
    """Sharing again changes nothing. An account must accept, units need not."""
    portfolio = request.store.own_portfolio(request.account, params["PortfolioId"])
    kind, node = _target(request, params)
    if params.get("SharePrincipals") and kind not in ("ORGANIZATION", "ORGANIZATIONAL_UNIT"):
        raise invalid("Principals are shared with units and the organisation only.")
    if len(portfolio.shares) >= SHARED_ACCOUNTS_PER_PORTFOLIO:
        raise limit(f"A portfolio is shared with at most {SHARED_ACCOUNTS_PER_PORTFOLIO} accounts.")
    if known := portfolio.shares.get((kind, node)):
        return known.begun
    begun = _begin(request.store, portfolio, kind, node)
    flags = bool(params.get("ShareTagOptions")), bool(params.get("SharePrincipals"))
    portfolio.shares[kind, node] = Share(kind, node, *flags, begun=begun)
    return begun


@operation("UpdatePortfolioShare")
def update_share(request: Request, params: Params) -> dict[str, Any]:
    """Switches the sharing of tag options and principals."""
    portfolio = request.store.own_portfolio(request.account, params["PortfolioId"])
    share = _share(portfolio, *_target(request, params))
    begun = _begin(request.store, portfolio, share.kind, share.principal)
    share.tag_options = params.get("ShareTagOptions", share.tag_options)
    share.principals = params.get("SharePrincipals", share.principals)
    return {**begun, "Status": "IN_PROGRESS" if begun else "COMPLETED"}


@operation("DeletePortfolioShare")
def delete_share(request: Request, params: Params) -> dict[str, Any]:
    """What was launched goes on; nothing new can be launched."""
    portfolio = request.store.own_portfolio(request.account, params["PortfolioId"])
    share = _share(portfolio, *_target(request, params))
    begun = _begin(request.store, portfolio, share.kind, share.principal)
    del portfolio.shares[share.kind, share.principal]
    return begun


def _share(portfolio: Portfolio, kind: str, node: str) -> Share:
    found = portfolio.shares.get((kind, node))
    if found is None:
        raise not_found(f"Share of portfolio {portfolio.id} with", node)
    return found


@operation("DescribePortfolioShareStatus")
def share_status(request: Request, params: Params) -> dict[str, Any]:
    """How far a share action is, and which accounts it reached."""
    action = request.store.share_actions.get(params["PortfolioShareToken"])
    if action is None or action.account != request.account:
        raise not_found("Portfolio share", params["PortfolioShareToken"])
    reached = list(organizations.members(action.node))
    return {
        "PortfolioShareToken": action.token,
        "PortfolioId": action.portfolio,
        "OrganizationNodeValue": action.node,
        "Status": action.status,
        "ShareDetails": {"SuccessfulShares": reached if action.status == "COMPLETED" else [], "ShareErrors": []},
    }


@operation("DescribePortfolioShares", paged="PortfolioShareDetails", size=100)
def describe_shares(request: Request, params: Params) -> dict[str, Any]:
    """Shares of one type, once the action that made them has ended."""
    portfolio = request.store.own_portfolio(request.account, params["PortfolioId"])
    running = {token for token, action in request.store.share_actions.items() if action.status == "IN_PROGRESS"}
    there = [it for it in portfolio.shares.values() if it.begun.get("PortfolioShareToken") not in running]
    found = [it for it in there if it.kind == params["Type"]]
    return {"PortfolioShareDetails": [_detail(share) for share in found]}


def _detail(share: Share) -> dict[str, Any]:
    return {
        "PrincipalId": share.principal,
        "Type": share.kind,
        "Accepted": share.kind != "ACCOUNT" or share.principal in share.accepted,
        "ShareTagOptions": share.tag_options,
        "SharePrincipals": share.principals,
    }


@operation("ListPortfolioAccess", paged="AccountIds")
def list_access(request: Request, params: Params) -> dict[str, Any]:
    """Accounts that the portfolio is shared with by name, or through one node of the organisation."""
    portfolio = request.store.own_portfolio(request.account, params["PortfolioId"])
    if parent := params.get("OrganizationParentId"):
        held = organizations.members(parent)
        return {"AccountIds": [account for account in held if access.share_for(portfolio, account)]}
    return {"AccountIds": [share.principal for share in portfolio.shares.values() if share.kind == "ACCOUNT"]}


@operation("ListOrganizationPortfolioAccess", paged="OrganizationNodes")
def list_organisation_access(request: Request, params: Params) -> dict[str, Any]:
    """Nodes of one type that the portfolio is shared with."""
    portfolio = request.store.own_portfolio(request.account, params["PortfolioId"])
    kind = params["OrganizationNodeType"]
    found = [share.principal for share in portfolio.shares.values() if share.kind == _KINDS.get(kind, kind)]
    return {"OrganizationNodes": [{"Type": kind, "Value": node} for node in found]}


@operation("AcceptPortfolioShare")
def accept_share(request: Request, params: Params) -> None:
    """By the account that the portfolio is shared with. What comes through the organisation is accepted already."""
    if params.get("PortfolioShareType") == "AWS_ORGANIZATIONS":
        access.usable(request.store, request.account, params["PortfolioId"])
    else:
        _imported(request, params["PortfolioId"]).accepted.add(request.account)


@operation("RejectPortfolioShare")
def reject_share(request: Request, params: Params) -> None:
    """Takes the acceptance back."""
    _imported(request, params["PortfolioId"]).accepted.discard(request.account)


def _imported(request: Request, identifier: str) -> Share:
    portfolio = request.store.portfolios.get(identifier)
    share = portfolio.shares.get(("ACCOUNT", request.account)) if portfolio else None
    if share is None:
        raise not_found("Portfolio", identifier)
    return share


@operation("ListAcceptedPortfolioShares", paged="PortfolioDetails", size=100)
def list_accepted(request: Request, params: Params) -> dict[str, Any]:
    """What reached the caller's account: IMPORTED by acceptance, AWS_ORGANIZATIONS through the organisation."""
    wanted = params.get("PortfolioShareType", "IMPORTED")
    found = []
    for portfolio in request.store.portfolios.values():
        share = access.share_for(portfolio, request.account) if portfolio.account != request.account else None
        if share and (share.kind == "ACCOUNT") == (wanted == "IMPORTED"):
            found.append(serialization.portfolio(portfolio, request.region))
    return {"PortfolioDetails": found}
