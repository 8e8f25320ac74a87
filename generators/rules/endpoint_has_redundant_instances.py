"""Instance count of endpoints in production."""

from typing import Any

from generators.rules._property_values import PropertyValue, is_intrinsic
from generators.rules._rule import PlatformRule, Problems, unresolved
from generators.rules._template import Resource, Template

_MIN_INSTANCES = 2
_DIMENSIONS = ("sagemaker:variant:DesiredInstanceCount", "sagemaker:inference-component:DesiredCopyCount")
_FIX = f"set it to {_MIN_INSTANCES} or more, or to {_MIN_INSTANCES} by a condition on the contract spoke.environment"


class EndpointHasRedundantInstances(PlatformRule):
    """Check the initial count and the minimum of scaling."""

    id = "E9035"
    shortdesc = "Production endpoints must run at least two instances."
    description = (
        "With one instance, the loss of a zone is the loss of the service. Serverless variants have no instances."
    )
    source_url = "https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-best-practices.html"
    controls = (4,)
    security_hub_ids = ("SageMaker.4",)
    types = ("AWS::SageMaker::EndpointConfig", "AWS::ApplicationAutoScaling::ScalableTarget")

    def evaluate(self, resource: Resource, template: Template) -> Problems:
        if resource.type == "AWS::SageMaker::EndpointConfig":
            for prop in resource.at("ProductionVariants.*"):
                yield from _variant(template, prop)
        elif resource.raw.get("Properties", {}).get("ScalableDimension") in _DIMENSIONS:
            count = resource.raw["Properties"].get("MinCapacity")
            yield from _require_minimum(template, PropertyValue(("Properties", "MinCapacity"), count), "MinCapacity")


def _variant(template: Template, prop: PropertyValue) -> Problems:
    if prop.unresolved or prop.missing:
        yield unresolved(prop, "the variant") if prop.unresolved else (prop.path, "there is no variant; name one")
        return
    serverless = prop.value.get("ServerlessConfig")
    if serverless is None or is_intrinsic(serverless):
        count = PropertyValue((*prop.path, "InitialInstanceCount"), prop.value.get("InitialInstanceCount"))
        yield from _require_minimum(template, count, "InitialInstanceCount")
    scaling = prop.value.get("ManagedInstanceScaling")
    if scaling is not None and not is_intrinsic(scaling):
        minimum = PropertyValue((*prop.path, "ManagedInstanceScaling"), scaling.get("MinInstanceCount"))
        yield from _require_minimum(template, minimum, "MinInstanceCount")


def _require_minimum(template: Template, prop: PropertyValue, what: str) -> Problems:
    for value in _in_production(template, prop.value):
        minimum = _minimum(template, value)
        if value is None:
            yield prop.path[:-1], f"{what} is not set; {_FIX}"
        elif minimum is None:
            yield unresolved(PropertyValue(prop.path, value), what)
        elif minimum < _MIN_INSTANCES:
            yield prop.path, f"{what} may be {minimum} in production; {_FIX}"


def _in_production(template: Template, value: Any) -> list[Any]:
    """Values in production: both branches of a condition that does not depend on the environment."""
    if not (isinstance(value, dict) and set(value) == {"Fn::If"}):
        return [value]
    name, if_true, if_false = value["Fn::If"]
    condition = template.condition_in("production", name)
    branches = [branch for branch, outcome in ((if_true, True), (if_false, False)) if condition in (outcome, None)]
    return [result for branch in branches for result in _in_production(template, branch)]


def _minimum(template: Template, value: Any) -> int | None:
    possible = template.possible_values(value) or ()
    minimum = template.parameters.get(value.get("Ref", ""), {}).get("MinValue") if isinstance(value, dict) else None
    texts = (*possible, *([str(minimum)] if minimum is not None else []))
    numbers = [int(text) for text in texts if text.isdigit()]
    return min(numbers, default=None)
