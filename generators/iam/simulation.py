"""The results that IAM's policy simulator gives, from the evaluator's verdicts. Pure.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_EvaluationResult.html
"""

from typing import Any

from generators.iam.authorization import Policies, authorize
from generators.iam.evaluation import AuthorizationRequest
from generators.iam.policy_document import parse


def evaluation(request: AuthorizationRequest, policies: Policies) -> dict[str, Any]:
    """Return an EvaluationResult: allowed, explicitDeny or implicitDeny. Matched statements are left out."""
    verdict = authorize(request, policies)
    denial = "explicitDeny" if "explicit deny" in verdict.reason else "implicitDeny"
    return {
        "EvalActionName": request.action,
        "EvalResourceName": request.resource,
        "EvalDecision": "allowed" if verdict.allowed else denial,
        "MatchedStatements": [],
        "MissingContextValues": _missing_context_keys(request, policies),
    }


def _missing_context_keys(request: AuthorizationRequest, policies: Policies) -> list[str]:
    """Condition keys of the policies that the request lacks, in lower case."""
    levels = (policies.identity, policies.boundary or (), *policies.service_control_policies)
    statements = (statement for documents in levels for document in documents for statement in parse(document))
    keys = {key.lower() for statement in statements for _, key, _ in statement.conditions}
    return sorted(keys - request.context.values.keys())
