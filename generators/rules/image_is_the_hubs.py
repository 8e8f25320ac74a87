"""Images come from the hub."""

from generators.rules._places import Place
from generators.rules._rule import PlatformRule, Verdicts, must_be_contract
from generators.rules._template import Resource, Template

_ROUTES = {
    "AWS::SageMaker::ImageVersion": "BaseImage",
    "AWS::SageMaker::Model": "PrimaryContainer.Image",
    "AWS::Lambda::Function": "Code.ImageUri",
}


class ImageIsTheHubs(PlatformRule):
    """An image is one that the platform approved, by digest: the contract carries repository and digest.

    Control 14. https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html
    """

    id = "E9021"
    types = tuple(_ROUTES)

    def judge(self, resource: Resource, template: Template) -> Verdicts:
        """Where an image is named at all."""
        for place in resource.at(_ROUTES[resource.type]):
            if not place.missing:
                yield from must_be_contract(template, place, "the image", *_contracts(template, place))


def _contracts(template: Template, place: Place) -> tuple[str, ...]:
    """Any contract of the hub that is an image."""
    found = template.contract(place.value)
    return (found,) if found.startswith("hub.") and found.endswith("-image-uri") else ("hub.studio-image-uri",)
