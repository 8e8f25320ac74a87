"""Authorization requests with their resource and condition keys. Reads moto and the stores; changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from generators.iam.conditions import Context, Values
from generators.iam.evaluation import AuthorizationRequest
from scripts.localaws.core.caller import Caller
from scripts.localaws.services.iam.authorization import condition_keys
from scripts.localaws.services.iam.authorization.resource_lookup import ProtectedResource, ResourceResolver


@dataclass(frozen=True)
class ResolvedRequest(AuthorizationRequest):
    """An authorization request with the resource that its ARN names, None when there is none."""

    protected: ProtectedResource | None = None


class RequestBuilder:
    """Builds the authorization requests of one caller. Resolves each ARN and the caller's condition keys once."""

    def __init__(self, caller: Caller, region: str) -> None:
        self.caller, self.region = caller, region
        self.resources = ResourceResolver(region)
        self._principals = {"AWS": _principal_names(caller)}
        self._values = condition_keys.principal_values(caller, region)

    def build(self, action: str, arn: str | None, values: Mapping[str, Values]) -> ResolvedRequest:
        """A request for an action on a resource with the condition keys of the caller, the resource and `values`."""
        resource = self.resources.find(arn)
        owner = self.resources.owner(arn)
        resource_values, computed = condition_keys.resource_values(arn, resource, owner, self.region)
        context = Context(
            {**self._values, **resource_values, **values},
            lambda key: key.startswith(computed) or condition_keys.is_computed(key),
        )
        return ResolvedRequest(action, arn, context, self._principals, self.caller.account, protected=resource)


def authorization_request(
    caller: Caller, region: str, action: str, arn: str | None, values: Mapping[str, Values]
) -> ResolvedRequest:
    """One request of a caller."""
    return RequestBuilder(caller, region).build(action, arn, values)


def _principal_names(caller: Caller) -> tuple[str, ...]:
    """The names by which a policy may name the caller."""
    return tuple(name for name in (caller.arn, caller.role_arn, caller.user_id.split(":")[0]) if name)
