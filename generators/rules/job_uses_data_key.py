"""What jobs keep on disk and write out is under the account's data key."""

from generators.rules._jobs import TYPES, jobs
from generators.rules._property_values import PropertyValue
from generators.rules._rule import PlatformRule, Verdicts, must_be_contract, undecided
from generators.rules._template import Resource, Template


class JobUsesDataKey(PlatformRule):
    """Volumes and results of a job hold the data that it read, so they are under the key of that data.

    Control 51. https://docs.aws.amazon.com/sagemaker/latest/dg/encryption-at-rest-nbi.html
    """

    id = "E9030"
    types = TYPES

    def judge(self, resource: Resource, template: Template) -> Verdicts:
        """Volume and output of jobs, monitors and the steps of pipelines."""
        for job in jobs(resource):
            if isinstance(job, PropertyValue):
                yield undecided(job, "the key")
                continue
            for route in job.routes.keys:
                for place in job.at(route):
                    yield from must_be_contract(template, place, job.named(route), "spoke.data-key-arn")
