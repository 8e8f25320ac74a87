"""STS: sessions only for roles that exist, for callers whom the role trusts.

https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
"""

from scripts.localaws.core.routes import register, restrict_operations

IGNORES = "source identities and transitive session tags."


def install() -> None:
    """Answers for STS from now on."""
    from scripts.localaws.services.sts.responses import TokenResponse

    register("sts", TokenResponse)
    restrict_operations("sts", ("AssumeRole", "GetCallerIdentity"))  # moto's other tokens belong to nobody
