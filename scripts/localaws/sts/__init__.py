"""STS: sessions only for roles that exist, for callers whom the role trusts.

https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
"""

from scripts.localaws.routes import hold_only, take

IGNORES = "source identities and transitive session tags."


def install() -> None:
    """Answers for STS from now on."""
    from scripts.localaws.sts.responses import TokenResponse

    take("sts", TokenResponse)
    hold_only("sts", ("AssumeRole", "GetCallerIdentity"))  # moto's other tokens belong to nobody
