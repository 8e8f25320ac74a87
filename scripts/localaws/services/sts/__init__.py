"""STS: sessions of existing roles, for callers that the role's trust policy allows.

https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
"""

from scripts.localaws.core.routes import register, restrict_operations

IGNORES = "source identities and transitive session tags."


def install() -> None:
    """Register the response class of STS."""
    from scripts.localaws.services.sts.responses import TokenResponse

    register("sts", TokenResponse)
    restrict_operations("sts", ("AssumeRole", "GetCallerIdentity"))  # moto's other credentials belong to no principal
