"""Authorizes a request as IAM does. Reads moto and the stores; changes nothing.

Evaluated: identity policies (inline, managed), permissions boundary, session policy, service control policies, trust
policies (AssumeRole), iam:PassRole, resource policies (resource_lookup.py), the use of keys by services
(kms_dependencies.py) and what else AWS asks for an operation (requirements.py).
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic-cross-account.html
"""

from collections.abc import Iterable

from generators.iam import authorization
from generators.iam.evaluation import AuthorizationRequest
from scripts.localaws.core.caller import Caller
from scripts.localaws.core.errors import access_error
from scripts.localaws.core.request import AwsRequest
from scripts.localaws.services.iam.authorization import requirements
from scripts.localaws.services.iam.authorization.authorization_request import RequestBuilder
from scripts.localaws.services.iam.authorization.key_states import check_key_state
from scripts.localaws.services.iam.authorization.principal_policies import applicable_policies
from scripts.localaws.services.iam.authorization.required_actions import authorization_requests
from scripts.localaws.services.iam.authorization.verdicts import sentence, verdict

# STS itself authorizes AssumeRole with the role's trust policy; GetCallerIdentity needs no permission.
_NOT_AUTHORIZED_HERE = ("AssumeRole", "GetCallerIdentity")
# Services whose requests are answered from the account that owns the resource, once both sides allow it.
_CROSS_ACCOUNT = ("kms", "sns", "sqs", "ecr", "lambda", "events", "sagemaker", "secretsmanager")
RESOURCES = "localaws.resources"  # the request's ResourceResolver in the WSGI environment


def authorize(call: AwsRequest, caller: Caller) -> str:
    """The account that owns the resource of the request. Raises AwsError when the caller is denied."""
    assert call.service is not None
    prefix = call.service.prefix
    if prefix == "sts" and call.operation in _NOT_AUTHORIZED_HERE:
        return caller.account
    builder, policies = RequestBuilder(caller, call.region), applicable_policies(caller)
    call.environ[RESOURCES] = builder.resources
    account = caller.account
    is_new = call.operation == "CreateBucket"
    for request in authorization_requests(call, builder):
        decision = verdict(caller, request, builder.resources, policies, is_new=is_new)
        if not decision.allowed:
            raise access_error("denied", call.protocol, sentence(caller, request, decision.reason))
        if request.protected and request.action.startswith("kms:"):
            check_key_state(prefix, request.action.removeprefix("kms:"), request.protected.source)
        if request.protected and request.action.startswith(f"{prefix}:") and prefix in _CROSS_ACCOUNT:
            account = builder.resources.owner(request.resource) or account
    requirements.check_request(call, builder)
    return account


def is_allowed(caller: Caller, request: AuthorizationRequest) -> bool:
    """Whether the caller's own policies allow a request that a service makes for the caller."""
    return authorization.authorize(request, applicable_policies(caller)).allowed


def first_denied(caller: Caller, requests: Iterable[AuthorizationRequest]) -> tuple[AuthorizationRequest, str] | None:
    """The first request that the caller's own policies do not allow, and why; None when they allow all."""
    policies = applicable_policies(caller)
    verdicts = ((request, authorization.authorize(request, policies)) for request in requests)
    return next(((request, each.reason) for request, each in verdicts if not each.allowed), None)
