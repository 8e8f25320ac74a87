"""Network of Lambda functions."""

from generators.rules._rule import PlatformRule, Problems
from generators.rules._template import Resource, Template


class FunctionRunsInVpc(PlatformRule):
    """Expect subnets and security groups; E9003 checks that they are the account's own."""

    id = "E9014"
    shortdesc = "Lambda functions must run in the VPC."
    description = "A function outside of the VPC can reach the internet, whatever its security groups say."
    source_url = "https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html"
    controls = (67,)
    security_hub_ids = ("Lambda.3",)
    types = ("AWS::Lambda::Function",)

    def evaluate(self, resource: Resource, template: Template) -> Problems:
        for key in ("SubnetIds", "SecurityGroupIds"):
            for prop in resource.at(f"VpcConfig.{key}"):
                if not prop.reached:
                    yield prop.path, f"cannot decide: VpcConfig hides behind a function; write {key} into it"
                elif prop.missing or prop.value == []:
                    yield (*prop.path, key), f"the function is outside of the VPC; set VpcConfig.{key}"
