"""What the story remembers between its steps: names, and what was read back earlier to compare with later."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass, field

HUB = "mlops-hub"
LOGS = "mlops-log-archive"
SPOKE = "credit-risk-development"
SECOND = "fraud-development"
LEAD = "technical-lead"
STUDIO = "studio-environment"
PROFILE = "studio-user-profile"


@dataclass(slots=True)
class DemoState:
    """Filled step by step."""

    first: str = "1.0.0"
    newer: str = ""
    broken: str = ""
    stack_id: str = ""
    domain_id: str = ""
    home_id: str = ""
    vending: subprocess.Popen[str] | None = None  # the second team's, beside the story
    others: list[str] = field(default_factory=list)  # provisioned products beside Studio's
    physical: dict[str, str] = field(default_factory=dict)
