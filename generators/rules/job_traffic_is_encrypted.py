"""Instances of one job speak in secret."""

from generators.rules._jobs import TYPES, jobs
from generators.rules._property_values import PropertyValue
from generators.rules._rule import PlatformRule, Verdicts, must_be, undecided
from generators.rules._template import Resource, Template


class JobTrafficIsEncrypted(PlatformRule):
    """A job of several instances sends data between them; today's job of one instance is tomorrow's of two.

    Control 12 [SageMaker.9, SageMaker.10, SageMaker.13].
    https://docs.aws.amazon.com/sagemaker/latest/dg/train-encrypt.html
    """

    id = "E9028"
    types = TYPES

    def judge(self, resource: Resource, template: Template) -> Verdicts:
        """Jobs, monitors and the steps of pipelines; a model's containers have no such setting."""
        for job in jobs(resource):
            if isinstance(job, PropertyValue):
                yield undecided(job, "whether traffic is encrypted")
                continue
            for place in job.at(job.routes.traffic):
                yield from must_be(template, place, job.named(job.routes.traffic), "true")
