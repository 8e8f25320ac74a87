"""Names of Terraform resources for promotion between the team's accounts. Reads terraform/*.yaml."""

from __future__ import annotations

from generators.config import contracts, repository
from generators.release.build_context import current


def promotion_target_role() -> str:
    """Name of the role that builds in development assume in pre-production and production."""
    return f"{repository.platform(current().root).name_prefix}-promotion-target"


def ssm_path_prefix() -> str:
    """Path prefix of an account's contracts in SSM, the same in every account."""
    return contracts.find(current().root, "spoke", "vpc_id").path.rpartition("/")[0]
