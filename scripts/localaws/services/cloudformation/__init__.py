"""AWS CloudFormation: stacks over this server's own services, every call with the identity of whoever asked.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/
"""

from scripts.localaws.core.routes import register


def install() -> None:
    """Answers for CloudFormation from now on."""
    from scripts.localaws.services.cloudformation.responses import CloudFormationResponse

    register("cloudformation", CloudFormationResponse)
