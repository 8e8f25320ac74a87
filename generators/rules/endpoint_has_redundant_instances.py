"""An endpoint in production outlives the loss of one instance."""

from typing import Any

from generators.rules._property_values import PropertyValue, is_intrinsic
from generators.rules._rule import PlatformRule, Verdicts, undecided
from generators.rules._template import Resource, Template

_LEAST = 2
_DIMENSIONS = ("sagemaker:variant:DesiredInstanceCount", "sagemaker:inference-component:DesiredCopyCount")
_FIX = f"set it to {_LEAST} or more, or to {_LEAST} by a condition on the contract spoke.environment"


class EndpointHasRedundantInstances(PlatformRule):
    """With one instance, the loss of a zone is the loss of the service. Serverless variants have none to lose.

    Control 4 [SageMaker.4]. https://docs.aws.amazon.com/sagemaker/latest/dg/deployment-best-practices.html
    """

    id = "E9035"
    types = ("AWS::SageMaker::EndpointConfig", "AWS::ApplicationAutoScaling::ScalableTarget")

    def judge(self, resource: Resource, template: Template) -> Verdicts:
        """The count at the start, and the least to which scaling may go."""
        if resource.type == "AWS::SageMaker::EndpointConfig":
            for place in resource.at("ProductionVariants.*"):
                yield from _variant(template, place)
        elif resource.raw.get("Properties", {}).get("ScalableDimension") in _DIMENSIONS:
            count = resource.raw["Properties"].get("MinCapacity")
            yield from _enough(template, PropertyValue(("Properties", "MinCapacity"), count), "MinCapacity")


def _variant(template: Template, place: PropertyValue) -> Verdicts:
    if place.undecided or place.missing:
        yield undecided(place, "the variant") if place.undecided else (place.path, "there is no variant; name one")
        return
    serverless = place.value.get("ServerlessConfig")
    if serverless is None or is_intrinsic(serverless):
        count = PropertyValue((*place.path, "InitialInstanceCount"), place.value.get("InitialInstanceCount"))
        yield from _enough(template, count, "InitialInstanceCount")
    scaling = place.value.get("ManagedInstanceScaling")
    if scaling is not None and not is_intrinsic(scaling):
        least = PropertyValue((*place.path, "ManagedInstanceScaling"), scaling.get("MinInstanceCount"))
        yield from _enough(template, least, "MinInstanceCount")


def _enough(template: Template, place: PropertyValue, what: str) -> Verdicts:
    for value in _in_production(template, place.value):
        least = _least(template, value)
        if value is None:
            yield place.path[:-1], f"{what} is not set; {_FIX}"
        elif least is None:
            yield undecided(PropertyValue(place.path, value), what)
        elif least < _LEAST:
            yield place.path, f"{what} may be {least} in production; {_FIX}"


def _in_production(template: Template, value: Any) -> list[Any]:
    """What the value can be in production: both branches of a condition that does not ask for the environment."""
    if not (isinstance(value, dict) and set(value) == {"Fn::If"}):
        return [value]
    name, yes, no = value["Fn::If"]
    holds = template.holds_in("production", name)
    branches = [branch for branch, taken in ((yes, True), (no, False)) if holds in (taken, None)]
    return [it for branch in branches for it in _in_production(template, branch)]


def _least(template: Template, value: Any) -> int | None:
    possible = template.possible(value) or ()
    least = template.parameters.get(value.get("Ref", ""), {}).get("MinValue") if isinstance(value, dict) else None
    numbers = [int(it) for it in (*possible, *([str(least)] if least is not None else [])) if it.isdigit()]
    return min(numbers, default=None)
