"""Accounts of the organisation, by name and by id."""

from __future__ import annotations

import re
from collections.abc import Mapping

from generators.aws.errors import translate_errors
from generators.aws.session import Aws
from generators.config.validation import did_you_mean
from generators.errors import UserError

_ID = re.compile(r"\d{12}")


def account_ids(aws: Aws) -> Mapping[str, str]:
    """Account name -> id, of every active account. Read from the management account by whoever is signed in there, as
    vending must be; else from the hub, which may as a delegated administrator.
    """
    reader = aws.management_account if aws.caller_account() == aws.management_account else aws.hub_account
    with translate_errors("organisation"):
        pages = aws.client("organizations", aws.platform.regions[0], reader).get_paginator("list_accounts").paginate()
        return {it["Name"]: it["Id"] for page in pages for it in page["Accounts"] if it["Status"] == "ACTIVE"}


def account_id(aws: Aws, wanted: str) -> str:
    """The id of an account that is named by name or id; UserError when it is not of the organisation.

    On real AWS an id is taken as it is: who is signed in to a spoke alone may not list the organisation, and the
    session refuses credentials of any other account.
    """
    if not aws.endpoint_is_local and _ID.fullmatch(wanted):
        return wanted
    known = account_ids(aws)
    if wanted in known.values():
        return wanted
    if wanted not in known:
        raise UserError(f"--account {wanted}: the organisation has no such account; {did_you_mean(wanted, known)}")
    return known[wanted]
