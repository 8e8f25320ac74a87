"""Containers call nobody."""

from generators.rules._jobs import TYPES, jobs
from generators.rules._property_values import PropertyValue
from generators.rules._rule import PlatformRule, Verdicts, must_be, undecided
from generators.rules._template import Resource, Template


class JobNetworkIsolationEnabled(PlatformRule):
    """A container without a network cannot send away what it reads, whatever its code or its dependencies do.

    Control 5 [SageMaker.5, SageMaker.11, SageMaker.14].
    https://docs.aws.amazon.com/sagemaker/latest/dg/mkt-algo-model-internet-free.html
    """

    id = "E9027"
    types = TYPES

    def judge(self, resource: Resource, template: Template) -> Verdicts:
        """Models, jobs, monitors and the steps of pipelines."""
        for job in jobs(resource):
            if isinstance(job, PropertyValue):
                yield undecided(job, "whether containers are isolated")
                continue
            for place in job.at(job.routes.isolation):
                yield from must_be(template, place, job.named(job.routes.isolation), "true")
