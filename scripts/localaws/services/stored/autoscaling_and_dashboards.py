"""What watches over running things: automatic scaling, dashboards. Rows, and what no row can tell. Nothing scales.

https://docs.aws.amazon.com/autoscaling/application/APIReference/
https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutDashboard.html
"""

import json
from collections.abc import Callable
from typing import Any

from scripts.localaws.core.errors import AwsError
from scripts.localaws.crud.operations import NAMED
from scripts.localaws.crud.resource_spec import ResourceSpec, ServiceSpec, plural
from scripts.localaws.crud.serialization import Record, reply
from scripts.localaws.crud.store import Store

Particular = Callable[[Store, Record, Any], Record]
_TARGET = ("ServiceNamespace", "ResourceId", "ScalableDimension")
_AGENT = "arn:aws:iam::{account}:role/aws-service-role/sagemaker.application-autoscaling.amazonaws.com"
_ROLE = f"{_AGENT}/AWSServiceRoleForApplicationAutoScaling_SageMakerEndpoint"
RUNNING = (
    ServiceSpec(
        "application-autoscaling",
        "application-autoscaling",
        (
            ResourceSpec(
                "ScalableTarget",
                _TARGET,
                "scalable-target/{hex}",
                {"ScalableTargetARN": "{arn}", "RoleARN": _ROLE},
                "DeregisterScalableTarget=drop",
                absent="ObjectNotFoundException",
            ),
            ResourceSpec(
                "ScalingPolicy",
                ("PolicyName", *_TARGET),
                "scalingPolicy:{uuid}:resource/{ServiceNamespace}/{ResourceId}:policyName/{PolicyName}",
                {"PolicyARN": "{arn}", "Alarms": []},
                "DeleteScalingPolicy=drop",
                absent="ObjectNotFoundException",
            ),
        ),
        taken="ValidationException",
    ),
    ServiceSpec(
        "monitoring",
        "cloudwatch",
        (
            ResourceSpec(
                "Dashboard",
                ("DashboardName",),
                "arn:aws:cloudwatch::{account}:dashboard/{DashboardName}",
                {"DashboardArn": "{arn}"},
                absent="ResourceNotFound",
            ),
        ),
        taken="ResourceConflict",
        whole=False,
    ),
)


def _register(at: Store, params: Record, output: Any) -> Record:
    """New, or with other limits; only endpoints are held, and a limit that is not sent stays.

    https://docs.aws.amazon.com/autoscaling/application/APIReference/API_RegisterScalableTarget.html
    """
    if params["ServiceNamespace"] != "sagemaker":
        told = f"the embedded AWS does not scale {params['ServiceNamespace']}; see SUPPORTED.md"
        raise AwsError("ValidationException", told)
    noun = at.nouns["ScalableTarget"]
    known = at.all(noun, **{part: params[part] for part in _TARGET})
    limits = {**(known[0] if known else {}), **params}
    least, most = limits.get("MinCapacity"), limits.get("MaxCapacity")
    if least is None or most is None:
        raise AwsError("ValidationException", "MinCapacity and MaxCapacity are needed to register a new target.")
    if least > most:
        raise AwsError("ValidationException", f"MinCapacity {least} is above MaxCapacity {most}.")
    return NAMED["change" if known else "make"](at, noun, params, output)


def _put_policy(at: Store, params: Record, output: Any) -> Record:
    """A policy needs its target; another one of its name takes its place."""
    noun = at.nouns["ScalingPolicy"]
    at.get(at.nouns["ScalableTarget"], {part: params[part] for part in _TARGET})
    known = at.all(noun, **{part: params[part] for part in noun.key})
    for old in known:
        for name in [name for name in old if name.endswith("PolicyConfiguration")]:
            del old[name]
    return NAMED["change" if known else "make"](at, noun, params, output)


def _deregister(at: Store, params: Record, output: Any) -> Record:
    """Its policies go with it."""
    for policy in at.all(at.nouns["ScalingPolicy"], **{part: params[part] for part in _TARGET}):
        at.remove(at.nouns["ScalingPolicy"], policy)
    return NAMED["drop"](at, at.nouns["ScalableTarget"], params, output)


def _described(noun: str, names: str, key: str) -> Particular:
    """By namespace, and by names, resource and dimension where they are given."""

    def describe(at: Store, params: Record, output: Any) -> Record:
        kind = at.nouns[noun]
        found = at.all(kind, **{part: params[part] for part in _TARGET if params.get(part)})
        wanted = params.get(names)
        shape = output.members[plural(noun)].member
        return {plural(noun): [reply(shape, kind, it) for it in found if not wanted or it[key] in wanted]}

    return describe


def _put_dashboard(at: Store, params: Record, output: Any) -> Record:
    """The body is JSON with widgets."""
    try:
        found = json.loads(params["DashboardBody"])
    except json.JSONDecodeError:
        found = None
    if not isinstance(found, dict) or "widgets" not in found:
        raise AwsError("InvalidParameterInput", "The field DashboardBody must be valid JSON with widgets.")
    return NAMED["put"](at, at.nouns["Dashboard"], params, output)


def _delete_dashboards(at: Store, params: Record, _: Any) -> Record:
    """All of them or none."""
    noun = at.nouns["Dashboard"]
    for one in [at.get(noun, {"DashboardName": name}) for name in params["DashboardNames"]]:
        at.remove(noun, one)
    return {}


def _list_dashboards(at: Store, params: Record, output: Any) -> Record:
    noun, beginning = at.nouns["Dashboard"], params.get("DashboardNamePrefix") or ""
    shape = output.members["DashboardEntries"].member
    found = [it for it in at.all(noun) if it["DashboardName"].startswith(beginning)]
    sizes = [{"LastModified": it["@changed"], "Size": len(it["DashboardBody"])} for it in found]
    rows = [{**reply(shape, noun, it), **size} for it, size in zip(found, sizes, strict=True)]
    return {"DashboardEntries": rows}


PARTICULAR: dict[tuple[str, str], Particular] = {
    ("application-autoscaling", "RegisterScalableTarget"): _register,
    ("application-autoscaling", "DeregisterScalableTarget"): _deregister,
    ("application-autoscaling", "DescribeScalableTargets"): _described("ScalableTarget", "ResourceIds", "ResourceId"),
    ("application-autoscaling", "PutScalingPolicy"): _put_policy,
    ("application-autoscaling", "DescribeScalingPolicies"): _described("ScalingPolicy", "PolicyNames", "PolicyName"),
    ("monitoring", "PutDashboard"): _put_dashboard,
    ("monitoring", "DeleteDashboards"): _delete_dashboards,
    ("monitoring", "ListDashboards"): _list_dashboards,
}
