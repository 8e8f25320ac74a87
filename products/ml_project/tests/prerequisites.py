"""Prerequisites of a launch: an empty repository that the account's connection reaches."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from generators.config import contracts

ROOT = Path(__file__).resolve().parents[3]
REPOSITORY = "bank/taskcat"


def create_prerequisites(client: Callable[[str], Any]) -> None:
    """Create the repository at the embedded Git provider; on AWS a person creates it by hand at the provider."""
    ssm = client("ssm")
    endpoint = ssm.meta.endpoint_url
    if not endpoint.startswith("http://127.0.0.1:"):
        return
    path = contracts.find(ROOT, "spoke", "github_connection_arn").path
    region, account, connection = parts(ssm.get_parameter(Name=path)["Parameter"]["Value"])
    address = f"{endpoint}/localaws/provider/{account}/{region}/{connection}/{REPOSITORY}"
    try:
        urlopen(Request(address, method="POST")).close()
    except HTTPError as error:
        if error.code != 409:  # the repository exists
            raise


def parts(arn: str) -> tuple[str, str, str]:
    """Region, account and id of a connection."""
    _, _, _, region, account, resource = arn.split(":", 5)
    return region, account, resource.rpartition("/")[2]
