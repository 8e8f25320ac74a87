"""Operations of stored services with behaviour of their own. Nothing scales.

https://docs.aws.amazon.com/autoscaling/application/APIReference/
https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html
"""

import json
from typing import Any

from scripts.localaws.core.errors import AwsError
from scripts.localaws.crud.operations import OperationHandler, create, delete, put, update
from scripts.localaws.crud.resource_spec import plural
from scripts.localaws.crud.serialization import Record, reply
from scripts.localaws.crud.store import Store


def _create_budget(store: Store, params: Record, output: Any) -> Record:
    """Create a budget together with its notifications."""
    budget = create(store, store.resources["Budget"], params, output)
    for notification in params.get("NotificationsWithSubscribers", ()):
        values = {"BudgetName": params["Budget"]["BudgetName"], **notification}
        store.create(store.resources["Notification"], values)
    return budget


def _request_quota_increase(store: Store, params: Record, output: Any) -> Record:
    """The increase is granted at once."""
    quota = {"ServiceCode": params["ServiceCode"], "QuotaCode": params["QuotaCode"]}
    update(store, store.resources["ServiceQuota"], {**quota, "Value": params["DesiredValue"]}, None)
    request = store.resources["RequestedServiceQuotaChange"]
    return reply(output, request, store.create(request, dict(params)))


def _modify_metadata_defaults(store: Store, params: Record, output: Any) -> Record:
    """The values "no-preference" and -1 remove a preference."""
    spec = store.resources["InstanceMetadataDefaults"]
    values = {**store.get(spec, {}), **params}
    preferences = {name: value for name, value in values.items() if value not in ("no-preference", -1)}
    store.delete(spec, {})
    return update(store, spec, preferences, output)


_TARGET = ("ServiceNamespace", "ResourceId", "ScalableDimension")


def _register_target(store: Store, params: Record, output: Any) -> Record:
    """Register an endpoint, or change its limits; a limit that is not sent stays. Other namespaces are refused.

    https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html
    """
    if params["ServiceNamespace"] != "sagemaker":
        message = f"the embedded AWS does not scale {params['ServiceNamespace']}; see SUPPORTED.md"
        raise AwsError("ValidationException", message)
    spec = store.resources["ScalableTarget"]
    existing = store.find(spec, **{part: params[part] for part in _TARGET})
    limits = {**(existing[0] if existing else {}), **params}
    least, most = limits.get("MinCapacity"), limits.get("MaxCapacity")
    if least is None or most is None:
        raise AwsError("ValidationException", "MinCapacity and MaxCapacity are needed to register a new target.")
    if least > most:
        raise AwsError("ValidationException", f"MinCapacity {least} is above MaxCapacity {most}.")
    return (update if existing else create)(store, spec, params, output)


def _put_scaling_policy(store: Store, params: Record, output: Any) -> Record:
    """Create a policy of an existing target, or replace the policy of this name."""
    spec = store.resources["ScalingPolicy"]
    store.get(store.resources["ScalableTarget"], {part: params[part] for part in _TARGET})
    existing = store.find(spec, **{part: params[part] for part in spec.key})
    for policy in existing:
        for name in [name for name in policy if name.endswith("PolicyConfiguration")]:
            del policy[name]
    return (update if existing else create)(store, spec, params, output)


def _deregister_target(store: Store, params: Record, output: Any) -> Record:
    """Delete a target with its policies."""
    for policy in store.find(store.resources["ScalingPolicy"], **{part: params[part] for part in _TARGET}):
        store.delete(store.resources["ScalingPolicy"], policy)
    return delete(store, store.resources["ScalableTarget"], params, output)


def _describe(resource: str, names_parameter: str, key: str) -> OperationHandler:
    """Resources by namespace and, where they are given, by names, resource id and dimension."""

    def describe(store: Store, params: Record, output: Any) -> Record:
        spec = store.resources[resource]
        records = store.find(spec, **{part: params[part] for part in _TARGET if params.get(part)})
        names = params.get(names_parameter)
        shape = output.members[plural(resource)].member
        return {
            plural(resource): [reply(shape, spec, record) for record in records if not names or record[key] in names]
        }

    return describe


def _put_dashboard(store: Store, params: Record, output: Any) -> Record:
    """Create or replace a dashboard; the body is JSON with widgets."""
    try:
        body = json.loads(params["DashboardBody"])
    except json.JSONDecodeError:
        body = None
    if not isinstance(body, dict) or "widgets" not in body:
        raise AwsError("InvalidParameterInput", "The field DashboardBody must be valid JSON with widgets.")
    return put(store, store.resources["Dashboard"], params, output)


def _delete_dashboards(store: Store, params: Record, _: Any) -> Record:
    """Delete all of them or none."""
    spec = store.resources["Dashboard"]
    for record in [store.get(spec, {"DashboardName": name}) for name in params["DashboardNames"]]:
        store.delete(spec, record)
    return {}


def _list_dashboards(store: Store, params: Record, output: Any) -> Record:
    spec, prefix = store.resources["Dashboard"], params.get("DashboardNamePrefix") or ""
    shape = output.members["DashboardEntries"].member
    entries = [
        {**reply(shape, spec, record), "LastModified": record["@updated"], "Size": len(record["DashboardBody"])}
        for record in store.find(spec)
        if record["DashboardName"].startswith(prefix)
    ]
    return {"DashboardEntries": entries}


HANDLERS: dict[tuple[str, str], OperationHandler] = {
    ("application-autoscaling", "RegisterScalableTarget"): _register_target,
    ("application-autoscaling", "DeregisterScalableTarget"): _deregister_target,
    ("application-autoscaling", "DescribeScalableTargets"): _describe("ScalableTarget", "ResourceIds", "ResourceId"),
    ("application-autoscaling", "PutScalingPolicy"): _put_scaling_policy,
    ("application-autoscaling", "DescribeScalingPolicies"): _describe("ScalingPolicy", "PolicyNames", "PolicyName"),
    ("monitoring", "PutDashboard"): _put_dashboard,
    ("monitoring", "DeleteDashboards"): _delete_dashboards,
    ("monitoring", "ListDashboards"): _list_dashboards,
    ("budgets", "CreateBudget"): _create_budget,
    ("servicequotas", "RequestServiceQuotaIncrease"): _request_quota_increase,
    ("ec2", "ModifyInstanceMetadataDefaults"): _modify_metadata_defaults,
}
