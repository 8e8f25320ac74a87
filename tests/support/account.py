"""The access rules of the repository, read once for all tests of a process."""

from functools import cache

from generators.access import access_matrix
from generators.access.access_matrix import AccountPolicies
from generators.config import repository


@cache
def account_policies() -> AccountPolicies:
    """The example account with the roles and rules of the repository."""
    return access_matrix.read(repository.find_root())
