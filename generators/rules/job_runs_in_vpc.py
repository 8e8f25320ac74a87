"""Network of SageMaker jobs and models."""

from generators.rules._jobs import TYPES, Job, jobs
from generators.rules._network import require_security_group, require_subnets
from generators.rules._property_values import PropertyValue
from generators.rules._rule import PlatformRule, Problems, unresolved
from generators.rules._template import Resource, Template


class JobRunsInVpc(PlatformRule):
    """Expect subnets and security groups of the account."""

    id = "E9029"
    shortdesc = "SageMaker models and jobs must run in the account's VPC."
    description = "Without a VPC a container runs in a network of AWS, outside of endpoint policies and flow logs."
    source_url = "https://docs.aws.amazon.com/sagemaker/latest/dg/infrastructure-give-access.html"
    controls = (2, 10)
    security_hub_ids = ("SageMaker.2",)
    types = TYPES

    def evaluate(self, resource: Resource, template: Template) -> Problems:
        for job in jobs(resource):
            if isinstance(job, PropertyValue):
                yield unresolved(job, "the network")
            elif job.properties.network:
                yield from _network(template, job)


def _network(template: Template, job: Job) -> Problems:
    subnets, groups = f"{job.properties.network}.Subnets", f"{job.properties.network}.SecurityGroupIds"
    for prop in job.at(subnets):
        yield from require_subnets(template, prop, job.label(subnets))
    for prop in job.at(f"{groups}.*"):
        if prop.missing:
            yield prop.path, f"{job.label(groups)} is not set; name a security group of the product"
        else:
            yield from require_security_group(template, prop)
