"""Network isolation of SageMaker containers."""

from generators.rules._jobs import TYPES, jobs
from generators.rules._property_values import PropertyValue
from generators.rules._rule import PlatformRule, Problems, require_value, unresolved
from generators.rules._template import Resource, Template


class JobNetworkIsolationEnabled(PlatformRule):
    """Check models, jobs, monitors and pipeline steps."""

    id = "E9027"
    shortdesc = "SageMaker models, jobs and monitors must enable network isolation."
    description = (
        "A container without a network cannot send away what it reads, whatever its code or its dependencies do."
    )
    source_url = "https://docs.aws.amazon.com/sagemaker/latest/dg/mkt-algo-model-internet-free.html"
    controls = (5,)
    security_hub_ids = ("SageMaker.5", "SageMaker.11", "SageMaker.14")
    types = TYPES

    def evaluate(self, resource: Resource, template: Template) -> Problems:
        for job in jobs(resource):
            if isinstance(job, PropertyValue):
                yield unresolved(job, "whether containers are isolated")
                continue
            for prop in job.at(job.properties.isolation):
                yield from require_value(template, prop, job.label(job.properties.isolation), "true")
