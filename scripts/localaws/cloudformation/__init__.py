"""AWS CloudFormation: stacks over this server's own services, every call with the identity of whoever asked.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/
"""

from scripts.localaws.routes import take


def install() -> None:
    """Answers for CloudFormation from now on."""
    from scripts.localaws.cloudformation.responses import CloudFormationResponse

    take("cloudformation", CloudFormationResponse)
