"""What a team file may say (terraform/accounts/<team>.yaml). Pure."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, RootModel

from generators.config.schema import (
    AvailabilityZones,
    Cidr,
    Dashed,
    Days,
    Email,
    Instances,
    Percent,
    PrefixLength,
    Region,
    Shape,
    Text,
)


class PeopleFile(Shape):
    """Who works under which role: groups of the identity provider."""

    technical_lead: Annotated[
        list[Dashed], Field(min_length=1, alias="technical-lead", description="groups of those who launch products")
    ]
    model_approver: Annotated[
        list[Dashed], Field(min_length=1, alias="model-approver", description="groups of those who approve models")
    ]


class CustomSettingsFile(Shape):
    """Settings that a team gives other values; what is left out is the platform's, so the defaults are never read."""

    availability_zones: AvailabilityZones = None  # type: ignore[assignment]
    log_retention_days: Days = None  # type: ignore[assignment]
    budget_alert_percent: Percent = None  # type: ignore[assignment]
    quota_training_instances: Instances = None  # type: ignore[assignment]


class CustomizationsFile(Shape):
    """Settings that are the team's own; the most particular one counts."""

    everywhere: CustomSettingsFile = Field(
        default_factory=CustomSettingsFile, alias="global", description="settings of all three accounts"
    )
    environments: dict[Dashed, CustomSettingsFile] = Field(
        default_factory=dict, description="settings of one environment"
    )
    accounts: dict[Dashed, CustomSettingsFile] = Field(default_factory=dict, description="settings of one account")


class TeamFile(Shape):
    """terraform/accounts/<team>.yaml."""

    team: Annotated[Dashed, Field(max_length=24, description="the team's name, as in the name of the file")]
    owner: Email
    cost_centre: Annotated[Text, Field(description="who pays")]
    cidr_block: Cidr | None = Field(default=None, description="the team's block; without it vending finds one")
    prefix_length: PrefixLength | None = Field(
        default=None, description="the prefix length of the block that vending finds"
    )
    regions: Annotated[list[Region], Field(min_length=1, description="regions of terraform/platform.yaml")]
    portfolios: Annotated[list[Dashed], Field(min_length=1, description="portfolios of terraform/platform.yaml")]
    budget: Annotated[int, Field(ge=1, description="US dollars a month that each account may cost")]
    people: PeopleFile
    customizations: CustomizationsFile = Field(default_factory=CustomizationsFile)


class IpAllocationsFile(RootModel[dict[Dashed, Cidr]]):
    """terraform/ip_allocations.yaml: team -> its address block, which never changes."""
