"""What runs whenever an application of Studio starts. Reads the script, nothing else."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from troposphere import Base64, Sub, Template
from troposphere import sagemaker as sm

from generators.kit.names import resource_name
from generators.kit.ssm_input import contract
from generators.kit.tags import fixed_tags


def start_script(t: Template, app: str, file: Path) -> sm.StudioLifecycleConfig:
    """Runs at each start; its name carries the script's digest, because a changed script is another configuration."""
    for key in ("domain", "repository", "account"):
        contract(t, "hub", f"package_index_{key}")
    script = file.read_text(encoding="utf-8")
    digest = sha256(script.encode()).hexdigest()[:8]
    return sm.StudioLifecycleConfig(
        f"{app}Start",
        StudioLifecycleConfigName=resource_name(f"{app.lower()}-{digest}"),
        StudioLifecycleConfigAppType=app,
        StudioLifecycleConfigContent=Base64(Sub(script)),
        Tags=fixed_tags(t),
    )
