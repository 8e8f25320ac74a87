"""Encryption of SageMaker jobs."""

from generators.rules._jobs import TYPES, jobs
from generators.rules._property_values import PropertyValue
from generators.rules._rule import PlatformRule, Problems, require_contract, unresolved
from generators.rules._template import Resource, Template


class JobUsesDataKey(PlatformRule):
    """Check volume and output of jobs, monitors and pipeline steps."""

    id = "E9030"
    shortdesc = "SageMaker jobs must encrypt volumes and output with the account's data key."
    description = "Volumes and results of a job contain the data that it read, so they need the key of that data."
    source_url = "https://docs.aws.amazon.com/sagemaker/latest/dg/encryption-at-rest-nbi.html"
    controls = (51,)
    security_hub_ids = ()
    types = TYPES

    def evaluate(self, resource: Resource, template: Template) -> Problems:
        for job in jobs(resource):
            if isinstance(job, PropertyValue):
                yield unresolved(job, "the key")
                continue
            for property_path in job.properties.keys:
                for prop in job.at(property_path):
                    yield from require_contract(template, prop, job.label(property_path), "spoke.data-key-arn")
