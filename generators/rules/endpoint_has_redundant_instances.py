"""Instance count of endpoints in production."""

from typing import Any

from generators.cloudformation.intrinsics import function_call
from generators.rules._property_values import PropertyValue, integer
from generators.rules._rule import PlatformRule, Problems, unresolved
from generators.rules._template import Resource, Template, logical_id

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
        else:
            for prop in resource.at(""):
                yield from _target(template, prop)


def _target(template: Template, target: PropertyValue) -> Problems:
    dimensions = template.possible_values(target.item("ScalableDimension").value)
    if dimensions is None or set(dimensions) & set(_DIMENSIONS):
        yield from _require_minimum(template, target.item("MinCapacity"), "MinCapacity")


def _variant(template: Template, prop: PropertyValue) -> Problems:
    if prop.unresolved or prop.missing:
        yield unresolved(prop, "the variant") if prop.unresolved else (prop.path, "there is no variant; name one")
        return
    serverless, scaling = prop.item("ServerlessConfig"), prop.item("ManagedInstanceScaling")
    if serverless.unresolved or not serverless.properties():
        yield from _require_minimum(template, prop.item("InitialInstanceCount"), "InitialInstanceCount")
    if not scaling.missing and not scaling.unresolved:
        minimum = PropertyValue(scaling.path, scaling.properties().get("MinInstanceCount"))
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
    match function_call(value):
        case "Fn::If", [name, if_true, if_false]:
            condition = template.condition_in("production", name)
            outcomes = ((if_true, True), (if_false, False))
            branches = [branch for branch, outcome in outcomes if condition in (outcome, None)]
            return [result for branch in branches for result in _in_production(template, branch)]
    return [value]


def _minimum(template: Template, value: Any) -> int | None:
    possible = template.possible_values(value) or ()
    parameter = template.parameter(logical_id(value))
    texts = (*possible, *([str(parameter["MinValue"])] if "MinValue" in parameter else []))
    return min((number for number in map(integer, texts) if number is not None), default=None)
