"""AWS CloudFormation: stacks over this server's own services. Each service call uses the identity of the caller.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/
"""

from scripts.localaws.core.routes import register


def install() -> None:
    """Register the CloudFormation operations."""
    from scripts.localaws.services.cloudformation.responses import CloudFormationResponse

    register("cloudformation", CloudFormationResponse)
