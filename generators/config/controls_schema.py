"""Schema of terraform/controls.yaml. Pure."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, RootModel

from generators.config.schema import Shape, Text

EvidenceType = Literal["template", "plan", "policy", "running"]
SecurityHubId = Annotated[
    str, Field(pattern=r"^[A-Za-z0-9]+\.\d+$", description="an id of AWS Security Hub such as S3.8")
]
Number = Annotated[str, Field(pattern=r"^[1-9]\d?$", description="the control's number")]


class ControlFile(Shape):
    """One control."""

    title: Annotated[Text, Field(max_length=120, description="what holds, in a sentence")]
    security_hub_ids: Annotated[
        list[SecurityHubId], Field(description="the controls of AWS Security Hub that it answers")
    ] = Field(default_factory=list)
    evidence: Annotated[list[EvidenceType], Field(min_length=1, description="the types of evidence that prove it")]


class ControlsFile(RootModel[dict[Number, ControlFile]]):
    """terraform/controls.yaml."""
