"""Schema of a team file (terraform/accounts/<team>.yaml) and of terraform/ip_allocations.yaml. Pure."""

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
    """Groups of the identity provider for each role of the team."""

    technical_lead: Annotated[
        list[Dashed], Field(min_length=1, alias="technical-lead", description="groups of those who launch products")
    ]
    model_approver: Annotated[
        list[Dashed], Field(min_length=1, alias="model-approver", description="groups of those who approve models")
    ]


class CustomSettingsFile(Shape):
    """Settings that a team overrides. An omitted setting keeps the platform's value; None is never read."""

    availability_zones: AvailabilityZones = None  # type: ignore[assignment]
    log_retention_days: Days = None  # type: ignore[assignment]
    budget_alert_percent: Percent = None  # type: ignore[assignment]
    quota_training_instances: Instances = None  # type: ignore[assignment]


class CustomizationsFile(Shape):
    """Settings of the team. The most specific value wins: account, environment, global, platform."""

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
    cidr_block: Cidr | None = Field(default=None, description="the team's CIDR block; without it vending allocates one")
    prefix_length: PrefixLength | None = Field(
        default=None, description="the prefix length of the block that vending allocates"
    )
    regions: Annotated[list[Region], Field(min_length=1, description="regions of terraform/platform.yaml")]
    portfolios: Annotated[list[Dashed], Field(min_length=1, description="portfolios of terraform/platform.yaml")]
    budget: Annotated[int, Field(ge=1, description="US dollars a month that each account may cost")]
    people: PeopleFile
    customizations: CustomizationsFile = Field(default_factory=CustomizationsFile)


class IpAllocationsFile(RootModel[dict[Dashed, Cidr]]):
    """terraform/ip_allocations.yaml: team -> its CIDR block, which never changes."""
