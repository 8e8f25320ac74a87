"""The linter of this process: the processes that lint are forked from it and have its rules."""

from pathlib import Path

import pytest

from generators.check.lint import linter
from generators.config import repository


@pytest.fixture(scope="session", autouse=True)
def rules():
    linter(repository.platform(Path(__file__).parents[3]).regions)
