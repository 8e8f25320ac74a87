"""Lifecycle configuration of Studio: a script that runs when an application starts. Reads the script, nothing else."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from troposphere import Base64, Sub, Template
from troposphere import sagemaker as sm

from generators.kit.names import resource_name
from generators.kit.ssm_input import contract
from generators.kit.tags import fixed_tags


def lifecycle_config(t: Template, app: str, file: Path) -> sm.StudioLifecycleConfig:
    """The name contains the script's digest, because a changed script needs a new configuration."""
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
