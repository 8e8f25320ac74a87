"""Names of the way to the team's other accounts, as Terraform lays it down. Reads terraform/*.yaml."""

from __future__ import annotations

from generators.config import contracts, repository
from generators.release.build_context import current


def promotion_target() -> str:
    """Name of the role that development's builds take in pre-production and production."""
    return f"{repository.platform(current().root).name_prefix}-promotion-target"


def ssm_path_prefix() -> str:
    """Folder of SSM in which an account keeps its facts, the same in every account."""
    return contracts.find(current().root, "spoke", "vpc_id").path.rpartition("/")[0]
