"""Images come from the hub."""

from generators.rules._jobs import TYPES, jobs
from generators.rules._property_values import PropertyValue
from generators.rules._rule import PlatformRule, Verdicts, must_be_contract, undecided
from generators.rules._template import Resource, Template

_ROUTES = {
    "AWS::EMRServerless::Application": "ImageConfiguration.ImageUri",
    "AWS::Lambda::Function": "Code.ImageUri",
    "AWS::SageMaker::ImageVersion": "BaseImage",
}


class ImageComesFromHubRegistry(PlatformRule):
    """An image is one that the platform approved, by digest: the contract carries repository and digest.

    Control 14. https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html
    """

    id = "E9021"
    types = (*_ROUTES, *TYPES)

    def judge(self, resource: Resource, template: Template) -> Verdicts:
        """Where an image is named at all."""
        for place in resource.at(_ROUTES[resource.type]) if resource.type in _ROUTES else ():
            yield from _image(template, place, "the image")
        for job in jobs(resource) if resource.type in TYPES else ():
            if isinstance(job, PropertyValue):
                yield undecided(job, "the image")
                continue
            for route in job.routes.images:
                for place in job.at(route):
                    yield from _image(template, place, job.named(route))


def _image(template: Template, place: PropertyValue, what: str) -> Verdicts:
    if not place.missing:
        yield from must_be_contract(template, place, what, *_contracts(template, place))


def _contracts(template: Template, place: PropertyValue) -> tuple[str, ...]:
    """Any contract of the hub that is an image."""
    found = template.contract(place.value)
    return (found,) if found.startswith("hub.") and found.endswith("-image-uri") else ("hub.studio-image-uri",)
