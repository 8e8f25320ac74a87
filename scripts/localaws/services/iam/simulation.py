"""SimulatePrincipalPolicy, decided by the evaluator that authorizes every request.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
"""

from dataclasses import replace
from typing import Any

from moto.iam.models import iam_backends

from generators.iam.evaluation import AuthorizationRequest, Context
from generators.iam.simulation import evaluation
from scripts.localaws.core.caller import Caller
from scripts.localaws.core.errors import AwsError
from scripts.localaws.crud.serialization import Record
from scripts.localaws.crud.store import Store
from scripts.localaws.services.iam.authorization.principal_policies import applicable_policies

_REFUSED = ("ResourcePolicy", "ResourceOwner", "CallerArn", "ResourceHandlingOption", "Marker", "MaxItems")


def simulate_principal_policy(store: Store, params: Record, _: Any) -> Record:
    """The decision for each action on each resource, on one page."""
    if refused := [name for name in _REFUSED if params.get(name)]:
        raise AwsError("InvalidInput", f"the embedded AWS does not simulate {refused[0]}; see SUPPORTED.md")
    policies = applicable_policies(_principal(store.account, params["PolicySourceArn"]))
    boundary = tuple(params.get("PermissionsBoundaryPolicyInputList") or ()) or policies.boundary
    identity = (*policies.identity, *(params.get("PolicyInputList") or ()))
    policies = replace(policies, identity=identity, boundary=boundary)
    entries = params.get("ContextEntries") or ()
    context = Context({entry["ContextKeyName"].lower(): tuple(entry["ContextKeyValues"]) for entry in entries})
    requests = [
        AuthorizationRequest(action, resource, context, account=store.account)
        for action in params["ActionNames"]
        for resource in params.get("ResourceArns") or ("*",)
    ]
    return {"EvaluationResults": [evaluation(request, policies) for request in requests], "IsTruncated": False}


def _principal(account: str, arn: str) -> Caller:
    kind, _, path = arn.partition(f":{account}:")[2].partition("/")
    name, backend = path.rpartition("/")[2], iam_backends[account]["aws"]
    if kind == "role":
        return Caller(account, arn, backend.get_role(name).id, name, arn)
    if kind == "user":
        return Caller(account, arn, backend.get_user(name).id, user_name=name)
    raise AwsError("InvalidInput", f"Invalid Entity Arn: {arn} does not clearly define entity type and name.")
