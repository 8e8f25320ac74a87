"""Jobs run in the account's network."""

from generators.rules._jobs import TYPES, Job, jobs
from generators.rules._network import must_be_group, must_be_subnets
from generators.rules._property_values import PropertyValue
from generators.rules._rule import PlatformRule, Verdicts, undecided
from generators.rules._template import Resource, Template


class JobRunsInVpc(PlatformRule):
    """Without a VPC a container runs in a network of AWS, past endpoint policies and flow logs.

    Controls 2, 10. https://docs.aws.amazon.com/sagemaker/latest/dg/infrastructure-give-access.html
    """

    id = "E9029"
    types = TYPES

    def judge(self, resource: Resource, template: Template) -> Verdicts:
        """Subnets and security groups are there, and are the account's own."""
        for job in jobs(resource):
            if isinstance(job, PropertyValue):
                yield undecided(job, "the network")
            elif job.routes.network:
                yield from _network(template, job)


def _network(template: Template, job: Job) -> Verdicts:
    subnets, groups = f"{job.routes.network}.Subnets", f"{job.routes.network}.SecurityGroupIds"
    for place in job.at(subnets):
        yield from must_be_subnets(template, place, job.named(subnets))
    for place in job.at(f"{groups}.*"):
        if place.missing:
            yield place.path, f"{job.named(groups)} is not set; name a security group of the product"
        else:
            yield from must_be_group(template, place)
