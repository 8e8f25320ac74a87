"""SimulatePrincipalPolicy, decided by the evaluator that authorizes every request.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
"""

from dataclasses import replace
from typing import Any

from moto.iam.models import iam_backends

from generators.iam.authorization import Policies
from generators.iam.evaluation import AuthorizationRequest, Context
from generators.iam.simulation import decision, missing_context_keys
from scripts.localaws.core.caller import Caller
from scripts.localaws.core.errors import AwsError
from scripts.localaws.crud.serialization import Record
from scripts.localaws.crud.store import Store
from scripts.localaws.services.iam.authorization.principal_policies import applicable_policies

_REFUSED = ("ResourcePolicy", "ResourceOwner", "CallerArn", "ResourceHandlingOption")


def simulate_principal_policy(store: Store, params: Record, _: Any) -> Record:
    """The decision for each action on each resource."""
    if refused := [name for name in _REFUSED if params.get(name)]:
        raise AwsError("InvalidInput", f"the embedded AWS does not simulate {refused[0]}; see SUPPORTED.md")
    policies = _policies(store, params)
    entries = params.get("ContextEntries") or ()
    values = {entry["ContextKeyName"].lower(): tuple(entry["ContextKeyValues"]) for entry in entries}
    results = [
        _result(AuthorizationRequest(action, resource, Context(values), account=store.account), policies)
        for action in params["ActionNames"]
        for resource in params.get("ResourceArns") or ("*",)
    ]
    start, size = int(params.get("Marker") or 0), int(params.get("MaxItems") or 100)
    is_truncated = start + size < len(results)
    more = {"Marker": str(start + size)} if is_truncated else {}
    return {"EvaluationResults": results[start : start + size], "IsTruncated": is_truncated, **more}


def _policies(store: Store, params: Record) -> Policies:
    source = params["PolicySourceArn"]
    kind, _, path = source.partition(f":{store.account}:")[2].partition("/")
    name, backend = path.rpartition("/")[2], iam_backends[store.account]["aws"]
    if kind == "role":
        role = backend.get_role(name)
        policies = applicable_policies(Caller(store.account, role.arn, role.id, name, role.arn))
    elif kind == "user":
        user = backend.get_user(name)
        policies = applicable_policies(Caller(store.account, user.arn, user.id, user_name=name))
    else:
        raise AwsError("InvalidInput", f"Invalid Entity Arn: {source} does not clearly define entity type and name.")
    boundary = tuple(params.get("PermissionsBoundaryPolicyInputList") or ()) or policies.boundary
    inputs = tuple(params.get("PolicyInputList") or ())
    return replace(policies, identity=(*policies.identity, *inputs), boundary=boundary)


def _result(request: AuthorizationRequest, policies: Policies) -> Record:
    return {
        "EvalActionName": request.action,
        "EvalResourceName": request.resource,
        "EvalDecision": decision(request, policies),
        "MatchedStatements": [],
        "MissingContextValues": missing_context_keys(request, policies),
    }
