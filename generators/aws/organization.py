"""Accounts of the organization by name and by id."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from generators.aws.errors import translate_errors
from generators.aws.session import Aws
from generators.errors import UserError, did_you_mean

_ID = re.compile(r"\d{12}")


def account_ids(aws: Aws) -> Mapping[str, str]:
    """Account name -> id of every active account."""
    return dict(active_accounts(aws))


def active_accounts(aws: Aws) -> Iterator[tuple[str, str]]:
    """Name and id of every active account, page by page.

    A caller who is signed in to the management account reads from there, everybody else from the hub, which is a
    delegated administrator.
    """
    reader = aws.management_account if aws.caller_account() == aws.management_account else aws.hub_account
    with translate_errors("organisation"):
        pages = aws.client("organizations", aws.platform.regions[0], reader).get_paginator("list_accounts").paginate()
        for page in pages:
            yield from ((row["Name"], row["Id"]) for row in page["Accounts"] if row["Status"] == "ACTIVE")


def account_id(aws: Aws, account: str) -> str:
    """The id of an account, from its name or id; UserError when the organization has no such account.

    On real AWS an id is not looked up: a caller with credentials of one spoke may not list the organization, and the
    session refuses credentials of any other account.
    """
    if not aws.endpoint_is_local and _ID.fullmatch(account):
        return account
    ids = account_ids(aws)
    if account in ids.values():
        return account
    if account not in ids:
        raise UserError(f"--account {account}: the organisation has no such account; {did_you_mean(account, ids)}")
    return ids[account]
