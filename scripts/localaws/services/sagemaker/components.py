"""Inference components: a model on an endpoint of its own or with others, in copies. Rows, and what no row can tell.

No copy runs, so none is ever scaled in or out here.
https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateInferenceComponent.html
"""

from collections.abc import Callable, Mapping
from typing import Any

from moto.cloudwatch.models import cloudwatch_backends

from scripts.localaws.core.errors import AwsError
from scripts.localaws.crud.operations import NAMED
from scripts.localaws.crud.resource_spec import ResourceSpec
from scripts.localaws.crud.serialization import Record, reply
from scripts.localaws.crud.store import Store

Particular = Callable[[Store, Record, Any], Record]
COMPONENTS = (
    ResourceSpec(
        "InferenceComponent",
        ("InferenceComponentName",),
        "inference-component/{InferenceComponentName}",
        {"InferenceComponentStatus": "InService"},
    ),
)


def refused(message: str) -> AwsError:
    """As SageMaker refuses what it cannot do."""
    return AwsError("ValidationException", message)


def must_exist(at: Store, noun: str, values: Mapping[str, Any]) -> Record:
    """The thing, or the refusal that these operations give."""
    kind = at.nouns[noun]
    try:
        return at.get(kind, values)
    except AwsError:
        shown = values.get(kind.key[0])
        raise refused(f'Could not find {_words(noun)} "{shown}".') from None


def in_alarm(at: Store, deployment: Mapping[str, Any]) -> bool:
    """Whether an alarm that guards a change is in alarm; an alarm that is not there is refused."""
    named = [it["AlarmName"] for it in deployment.get("AutoRollbackConfiguration", {}).get("Alarms", ())]
    known = cloudwatch_backends[at.account][at.region].alarms
    if lost := [name for name in named if name not in known]:
        raise refused(f"The auto-rollback alarms {lost} do not exist.")
    return any(known[name].state_value == "ALARM" for name in named)


def on(at: Store, endpoint: str) -> list[Record]:
    """The components of an endpoint."""
    return [it for it in at.all(at.nouns["InferenceComponent"]) if it["EndpointName"] == endpoint]


def _words(noun: str) -> str:
    """EndpointConfig -> endpoint configuration."""
    split = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in noun).strip()
    return split.replace("config", "configuration")


def _create(at: Store, params: Record, output: Any) -> Record:
    """On a variant without a model of its own, of a model that is there."""
    endpoint = must_exist(at, "Endpoint", params)
    config = must_exist(at, "EndpointConfig", endpoint)
    free = {it["VariantName"] for it in config["ProductionVariants"] if "ModelName" not in it}
    if params.get("VariantName") not in free:
        raise refused(f"Endpoint {params['EndpointName']} takes inference components on: {sorted(free)}.")
    told = {"EndpointArn": endpoint["@arn"], **_told(at, params)}
    return NAMED["make"](at, at.nouns["InferenceComponent"], {**params, **told}, output)


def _update(at: Store, params: Record, output: Any) -> Record:
    """The new copies take over, unless an alarm that guards the change is in alarm: then the old ones stay.

    https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-guardrails-rolling.html
    """
    noun, record = at.nouns["InferenceComponent"], must_exist(at, "InferenceComponent", params)
    deployment = params.get("DeploymentConfig") or {}
    moved = {name: value for name, value in params.items() if name != "DeploymentConfig"}
    told = _told(at, params)
    if in_alarm(at, deployment):
        return reply(output, noun, record)
    record["LastDeploymentConfig"] = deployment or None
    return NAMED["change"](at, noun, {**moved, **told}, output)


def _told(at: Store, params: Mapping[str, Any]) -> Record:
    """What DescribeInferenceComponent says otherwise than it was given."""
    told = {}
    if specification := params.get("Specification"):
        model = specification.get("ModelName")
        if not model:
            raise refused("the embedded AWS holds inference components of a ModelName only; see SUPPORTED.md")
        must_exist(at, "Model", {"ModelName": model})
    if runtime := params.get("RuntimeConfig"):
        count = runtime["CopyCount"]
        told["RuntimeConfig"] = {"DesiredCopyCount": count, "CurrentCopyCount": count}
    return told


PARTICULAR: dict[tuple[str, str], Particular] = {
    ("sagemaker", "CreateInferenceComponent"): _create,
    ("sagemaker", "UpdateInferenceComponent"): _update,
}
