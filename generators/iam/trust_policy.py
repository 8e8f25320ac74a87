"""Problems of trust policies, and unknown principals of policies on resources. Pure.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_update-role-trust-policy.html
"""

import json
import re
from collections.abc import Callable

from generators.iam.conditions import PolicyError
from generators.iam.policy_document import Statement, parse

_ACCOUNT = re.compile(r"\d{12}|arn:aws:iam::\d{12}:root")
_ACTION = re.compile(r"sts:(\*|AssumeRole(\*|WithSAML|WithWebIdentity)?|TagSession|SetSourceIdentity|SetContext)", re.I)


def trust_policy_problem(document: str, exists: Callable[[str], bool]) -> str:
    """IAM's message for a document that no role can have, "" for a trust policy. `exists` as in unknown_principal."""
    try:
        statements = parse(document)
    except PolicyError as error:
        return "This policy contains invalid Json" if _is_no_json(document) else f"Syntax errors in policy: {error}"
    for statement in statements:
        if statement.resource is not None or statement.not_resource is not None:
            return "Has prohibited field Resource"
        if statement.principal is None and statement.not_principal is None:
            return "Missing required field Principal"
        if not statement.action or not all(_ACTION.fullmatch(action) for action in statement.action):
            return "AssumeRole policy may only specify STS AssumeRole actions."
        if name := unknown_principal(statement, exists):
            return f'Invalid principal in policy: "AWS":"{name}"'
    return "" if statements else "Syntax errors in policy: Statement is empty"


def _is_no_json(document: str) -> bool:
    try:
        return not isinstance(json.loads(document), dict)
    except ValueError:
        return True


def unknown_principal(statement: Statement, exists: Callable[[str], bool]) -> str:
    """The first AWS principal of the statement that names nobody, "" when all exist. Accounts always do.

    exists: whether a text is the ARN or unique id of a role or user, or the ARN of a role's session.
    """
    principals = {**(statement.principal or {}), **(statement.not_principal or {})}
    names = (name for name in principals.get("AWS", ()) if name != "*" and not _ACCOUNT.fullmatch(name))
    return next((name for name in names if not exists(name)), "")
