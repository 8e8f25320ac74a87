"""Where a product's code is: a Git provider through the account's connection, or CodeCommit. Pure.

What training_pipeline and ml_project share, so that they cannot drift.
https://docs.aws.amazon.com/dtconsole/latest/userguide/connections.html
"""

from __future__ import annotations

from typing import Any

from troposphere import Equals, If, Not, Ref, Template

from generators.kit.codepipeline import Step, from_codecommit, from_connection
from generators.kit.ssm_input import contract

PARAMETER = "Provider"
CODECOMMIT = "CodeCommit"
PROVIDERS = {it: f"{it.lower()}_connection_arn" for it in ("GitHub", "GitLab", "Bitbucket")}  # -> contract
IN_CODECOMMIT, CONNECTED = "IsCodeCommit", "IsConnected"  # conditions


def git_provider() -> dict[str, Any]:
    """A parameter that names the provider. The connection itself is the account's: nobody can bring another's code."""
    return {
        "AllowedValues": [*PROVIDERS, CODECOMMIT],
        "Description": "Where the repository is. The account's connection to the provider must be accepted there",
    }


def add_provider_conditions(t: Template) -> None:
    """The conditions on the parameter Provider that the other functions ask for."""
    for it in (CODECOMMIT, "GitHub", "GitLab"):
        t.add_condition(f"Is{it}", Equals(Ref(PARAMETER), it))
    t.add_condition(CONNECTED, Not(Equals(Ref(PARAMETER), CODECOMMIT)))


def connections(t: Template) -> list[Any]:
    """The ARNs of the account's connections, in the order of PROVIDERS."""
    return [contract(t, "spoke", key) for key in PROVIDERS.values()]


def if_provider(github: Any, gitlab: Any, bitbucket: Any) -> If:
    """The value that belongs to the chosen provider."""
    return If("IsGitHub", github, If("IsGitLab", gitlab, bitbucket))


def connection(t: Template) -> If:
    """The account's connection to the chosen provider."""
    return if_provider(*connections(t))


def sources(t: Template, connected: Any, in_codecommit: Any, branch: Any) -> tuple[Step, Step]:
    """Through the account's connection, or from CodeCommit: the repository's name in the one and in the other."""
    return (
        from_connection(connection(t), connected, branch, when=CONNECTED),
        from_codecommit(in_codecommit, branch, when=IN_CODECOMMIT),
    )
