"""Decides what else AWS asks when an operation runs: permissions of the caller and of passed roles, limits of requests.

The rows are in services/<service>/requirements.yaml (requirement_table.py). Each permission is decided under identity
policies, permissions boundary, session policy, service control policies and the resource's policy; a request from
within a VPC also under the policy of the VPC's endpoint.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from jmespath.exceptions import JMESPathTypeError

from generators.iam.conditions import Values
from generators.iam.evaluation import Decision, decide
from scripts.localaws.core.caller import Caller, role_session
from scripts.localaws.core.errors import AwsError, access_error
from scripts.localaws.core.request import AwsRequest
from scripts.localaws.services.ec2.vpc_endpoints import endpoint_of
from scripts.localaws.services.iam.authorization import condition_keys
from scripts.localaws.services.iam.authorization.authorization_request import RequestBuilder, ResolvedRequest
from scripts.localaws.services.iam.authorization.principal_policies import applicable_policies, find_role
from scripts.localaws.services.iam.authorization.requirement_functions import Scope
from scripts.localaws.services.iam.authorization.requirement_table import (
    CALLER,
    REQUEST,
    START,
    Error,
    Permission,
    Table,
    tables,
)
from scripts.localaws.services.iam.authorization.verdicts import sentence, verdict

_ROLE = re.compile(r"arn:aws:iam::\d{12}:role/.+")


def check_request(call: AwsRequest, builder: RequestBuilder) -> None:
    """Raise the error that AWS returns for the request when a permission is missing or a limit is exceeded."""
    assert call.service is not None
    table = tables().get(call.service.prefix)
    if table is None or not builder.caller.account:
        return
    scope = Scope(table.service, call.operation, call.params, builder.caller.account, call.region)
    values = condition_keys.request_values(call, builder.caller)
    evaluation = _Evaluation(table, scope, call.region, builder, values)
    try:
        for row, denial in evaluation.denials(call.operation, REQUEST):
            raise _error(row.error, scope, row.action) if row.error else access_error("denied", call.protocol, denial)
        for limit in table.limits_of(call.operation):
            if scope.holds(limit.when) and not scope.holds(limit.require):
                raise _error(limit.error, scope)
    except JMESPathTypeError as error:
        raise AwsError("ValidationException", f"{call.operation}: a parameter has a wrong type: {error}") from None


def start_denial(
    operation: str, params: Mapping[str, Any], account: str, region: str, service: str = "sagemaker"
) -> str | None:
    """The FailureReason of a job or build that AWS cannot start under its role; None when all is allowed.

    `params` are those of the operation that made the job.
    https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html
    """
    table = tables()[service]
    evaluation = _Evaluation(table, Scope(service, operation, params, account, region), region)
    for row, denial in evaluation.denials(operation, START):
        return _error(row.error, evaluation.scope, row.action).message if row.error else f"{table.prefix}{denial}"
    return None


def _error(error: Error, scope: Scope, action: str = "") -> AwsError:
    message = error.message.replace("{action}", action.partition(":")[2])
    return AwsError(error.code, next(scope.fill(message), message))


class _Evaluation:
    """Decides the rows of a table for one request; `values` are the condition keys of its caller's own request."""

    def __init__(
        self,
        table: Table,
        scope: Scope,
        region: str,
        caller: RequestBuilder | None = None,
        values: Mapping[str, Values] | None = None,
    ) -> None:
        self._table, self.scope, self._region = table, scope, region
        self._builders: dict[str, RequestBuilder | None] = {CALLER: caller}
        self._values = values or {}

    def denials(self, operation: str, phase: str) -> Iterator[tuple[Permission, str]]:
        """The rows of an operation that are denied, each with AWS's sentence."""
        for row in self._table.permissions_of(operation, phase):
            if not self.scope.holds(row.when):
                continue
            builders = [builder for builder in map(self._builder, row.principals) if builder]
            denials = [self._denial(row, builder) for builder in builders]
            if denials and all(denials):
                yield row, str(denials[-1])

    def _builder(self, principal: str) -> RequestBuilder | None:
        """The builder for a principal of a row; None for a role that the request does not name."""
        if principal not in self._builders:
            arn = str(self.scope(principal))
            caller = _session(arn, self._table.session) if _ROLE.fullmatch(arn) else None
            self._builders[principal] = RequestBuilder(caller, self._region) if caller else None
        return self._builders[principal]

    def _denial(self, row: Permission, builder: RequestBuilder) -> str:
        """AWS's sentence for the first request of a row that is denied, "" when all are allowed."""
        policies = applicable_policies(builder.caller)
        for request in self._requests(row, builder):
            decision = verdict(builder.caller, request, builder.resources, policies)
            if not decision.allowed:
                return sentence(builder.caller, request, decision.reason)
            if not self._passes_endpoint(row, request, builder):
                reason = f"because no VPC endpoint policy allows the {request.action} action"
                return sentence(builder.caller, request, reason)
        return ""

    def _requests(self, row: Permission, builder: RequestBuilder) -> Iterator[ResolvedRequest]:
        is_caller = builder is self._builders[CALLER]
        own = {key: tuple(self.scope.fill(template)) for key, template in row.values.items()}
        endpoint = self._endpoint(row, builder)
        values: dict[str, Values] = {"aws:sourcevpce": (endpoint.id,)} if endpoint else {}
        values |= {**self._values, **self._forwarded(row.action)} if is_caller else {}
        arns = [arn for template in row.resources for arn in self.scope.fill(template)]
        return (builder.build(row.action, arn, {**values, **own}) for arn in arns)

    def _forwarded(self, action: str) -> dict[str, Values]:
        """The condition keys of a request to KMS that the service makes with the caller's own permissions.

        https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-via-service
        """
        if not action.startswith("kms:"):
            return {}
        via = f"{self._table.service}.{self._region}.amazonaws.com"
        is_for_aws: Values = ("true",)
        return {"kms:viaservice": (via,), "kms:grantisforawsresource": is_for_aws, "aws:viaawsservice": is_for_aws}

    def _endpoint(self, row: Permission, builder: RequestBuilder) -> Any:
        """moto's VPC endpoint through which the request goes; None from AWS's own network."""
        subnets = self.scope(row.subnets) if row.subnets else None
        service = row.action.partition(":")[0]
        return endpoint_of(builder.caller.account, self._region, subnets[0], service) if subnets else None

    def _passes_endpoint(self, row: Permission, request: ResolvedRequest, builder: RequestBuilder) -> bool:
        """https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html"""
        endpoint = self._endpoint(row, builder)
        if endpoint is None or not endpoint.policy_document:
            return True
        return decide([endpoint.policy_document], request) in (Decision.ALLOW, Decision.ALLOW_PRINCIPAL)


def _session(role_arn: str, session_name: str) -> Caller:
    """The session in which a service uses a role, as the caller of its requests; the role may not exist."""
    role = find_role(role_arn)
    return role_session(role_arn, role.id if role else "AROAUNKNOWN", session_name)
