"""STS: sessions only for roles that exist, for callers whom the role trusts.

https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
"""


def install() -> None:
    """Takes STS's address from moto."""
    from moto.sts import urls

    from scripts.localaws.sts.responses import TokenResponse

    urls.url_paths["{0}/$"] = TokenResponse.dispatch
