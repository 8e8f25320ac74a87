"""Traffic between the containers of a SageMaker job."""

from generators.rules._jobs import TYPES, jobs
from generators.rules._property_values import PropertyValue
from generators.rules._rule import PlatformRule, Problems, require_value, unresolved
from generators.rules._template import Resource, Template


class JobTrafficIsEncrypted(PlatformRule):
    """Check jobs, monitors and pipeline steps; models have no such setting."""

    id = "E9028"
    shortdesc = "SageMaker jobs must encrypt traffic between containers."
    description = "Instances of a job exchange data; a job of one instance may get a second one later."
    source_url = "https://docs.aws.amazon.com/sagemaker/latest/dg/train-encrypt.html"
    controls = (12,)
    security_hub_ids = ("SageMaker.9", "SageMaker.10", "SageMaker.13")
    types = TYPES

    def evaluate(self, resource: Resource, template: Template) -> Problems:
        for job in jobs(resource):
            if isinstance(job, PropertyValue):
                yield unresolved(job, "whether traffic is encrypted")
                continue
            for prop in job.at(job.properties.traffic):
                yield from require_value(template, prop, job.label(job.properties.traffic), "true")
