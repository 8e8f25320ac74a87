"""Source repositories: at a Git provider through the account's connection, or in CodeCommit. Pure.

training_pipeline and ml_project share this module, so that they cannot drift.
https://docs.aws.amazon.com/dtconsole/latest/userguide/connections.html
"""

from __future__ import annotations

from typing import Any

from troposphere import Equals, If, Not, Ref, Template

from generators.kit.codepipeline import Step, codecommit_source, connection_source
from generators.kit.ssm_input import contract

PARAMETER = "Provider"
CODECOMMIT = "CodeCommit"
PROVIDERS = {name: f"{name.lower()}_connection_arn" for name in ("GitHub", "GitLab", "Bitbucket")}  # -> contract
IN_CODECOMMIT, CONNECTED = "IsCodeCommit", "IsConnected"  # conditions


def git_provider_parameter() -> dict[str, Any]:
    """Properties of the parameter Provider. The connection is the account's: users cannot choose another one."""
    return {
        "AllowedValues": [*PROVIDERS, CODECOMMIT],
        "Description": "Where the repository is. The account's connection to the provider must be accepted there",
    }


def add_provider_conditions(t: Template) -> None:
    """Add the conditions on the parameter Provider that the other functions use."""
    for name in (CODECOMMIT, "GitHub", "GitLab"):
        t.add_condition(f"Is{name}", Equals(Ref(PARAMETER), name))
    t.add_condition(CONNECTED, Not(Equals(Ref(PARAMETER), CODECOMMIT)))


def connections(t: Template) -> list[Any]:
    """The ARNs of the account's connections, in the order of PROVIDERS."""
    return [contract(t, "spoke", key) for key in PROVIDERS.values()]


def if_provider(github: Any, gitlab: Any, bitbucket: Any) -> If:
    """The value for the chosen provider."""
    return If("IsGitHub", github, If("IsGitLab", gitlab, bitbucket))


def connection(t: Template) -> If:
    """The account's connection to the chosen provider."""
    return if_provider(*connections(t))


def source_steps(t: Template, provider_repository: Any, codecommit_repository: Any, branch: Any) -> tuple[Step, Step]:
    """Alternative source steps: a repository at the provider, and one in CodeCommit, each by its name there."""
    return (
        connection_source(connection(t), provider_repository, branch, condition=CONNECTED),
        codecommit_source(codecommit_repository, branch, condition=IN_CODECOMMIT),
    )
