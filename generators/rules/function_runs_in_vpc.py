"""Functions run inside the VPC."""

from generators.rules._rule import PlatformRule, Verdicts
from generators.rules._template import Resource, Template


class FunctionRunsInVpc(PlatformRule):
    """A function outside of the VPC could reach the internet, whatever security groups say.

    Control 67 [Lambda.3]. https://docs.aws.amazon.com/lambda/latest/dg/configuration-vpc.html
    """

    id = "E9014"
    types = ("AWS::Lambda::Function",)

    def judge(self, resource: Resource, template: Template) -> Verdicts:
        """Subnets and groups are there; that they are the account's own is E9003."""
        for key in ("SubnetIds", "SecurityGroupIds"):
            for place in resource.at(f"VpcConfig.{key}"):
                if not place.reached:
                    yield place.path, f"cannot decide: VpcConfig hides behind a function; write {key} into it"
                elif place.missing or place.value == []:
                    yield (*place.path, key), f"the function is outside of the VPC; set VpcConfig.{key}"
