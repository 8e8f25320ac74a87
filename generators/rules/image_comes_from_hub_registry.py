"""Source of container images."""

from generators.rules._jobs import TYPES, jobs
from generators.rules._property_values import PropertyValue
from generators.rules._rule import PlatformRule, Problems, require_contract, unresolved
from generators.rules._template import Resource, Template

_PROPERTY_PATHS = {
    "AWS::EMRServerless::Application": "ImageConfiguration.ImageUri",
    "AWS::Lambda::Function": "Code.ImageUri",
    "AWS::SageMaker::ImageVersion": "BaseImage",
}


class ImageComesFromHubRegistry(PlatformRule):
    """Check images wherever a template names one."""

    id = "E9021"
    shortdesc = "Container images must come from the hub's registry by digest."
    description = "The contract contains the repository and the digest of an image that the platform approved."
    source_url = "https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-tag-mutability.html"
    controls = (14,)
    security_hub_ids = ()
    types = (*_PROPERTY_PATHS, *TYPES)

    def evaluate(self, resource: Resource, template: Template) -> Problems:
        for prop in resource.at(_PROPERTY_PATHS[resource.type]) if resource.type in _PROPERTY_PATHS else ():
            yield from _image(template, prop, "the image")
        for job in jobs(resource) if resource.type in TYPES else ():
            if isinstance(job, PropertyValue):
                yield unresolved(job, "the image")
                continue
            for property_path in job.properties.images:
                for prop in job.at(property_path):
                    yield from _image(template, prop, job.label(property_path))


def _image(template: Template, prop: PropertyValue, what: str) -> Problems:
    if not prop.missing:
        yield from require_contract(template, prop, what, *_contracts(template, prop))


def _contracts(template: Template, prop: PropertyValue) -> tuple[str, ...]:
    """The contract of the value if it is an image of the hub, else the Studio image as an example."""
    key = template.contract(prop.value)
    return (key,) if key.startswith("hub.") and key.endswith("-image-uri") else ("hub.studio-image-uri",)
