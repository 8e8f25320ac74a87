"""Team files as values."""

from __future__ import annotations

import pytest

from generators.accounts import teams
from generators.config.repository import platform as platform_of
from generators.errors import UserError


def test_a_team_lives_in_a_file_of_its_name(repository):
    repository.edit("terraform/accounts/credit-risk.yaml", "team: credit-risk", "team: market-risk")
    repository.edit("terraform/accounts/credit-risk.yaml", "portfolios: [data-science]", "portfolios: [data]")

    with pytest.raises(UserError) as caught:
        teams.read(repository.root, platform_of(repository.root))

    file = "terraform/accounts/credit-risk.yaml"
    assert caught.value.problems == (
        f"{file}:7: unknown portfolio 'data'; use one of: data-science, studio-projects",
        f"{file}:2: team 'market-risk' lives in credit-risk.yaml; make the two equal",
    )
