"""Pydantic models of platform.yaml, contracts.yaml and packages.yaml, and the types that all YAML schemas share. Pure.

Only the schema modules use pydantic. `python -m scripts.docs.json_schema` generates JSON schemas for editors from these
models. Error messages about a wrong value contain the description of its field.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel

Dashed = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")]
Text = Annotated[str, Field(min_length=1)]
Owner = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]{0,62}$", description="a person's name such as erin")]
Email = Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$", description="an address such as team@bank.example")]
Account = Annotated[str, Field(pattern=r"^\d{12}$", description="12 digits in quotes")]
Region = Annotated[str, Field(pattern=r"^[a-z]{2}(-[a-z]+)+-\d$", description="a region such as eu-west-2")]
Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$", description="a name such as log_retention_days")]
Cidr = Annotated[
    str, Field(pattern=r"^\d{1,3}(\.\d{1,3}){3}/\d{1,2}$", description="an address block such as 10.20.0.0/20")
]
PrefixLength = Annotated[int, Field(ge=14, le=22, description="a prefix length from 14 to 22")]

AvailabilityZones = Annotated[int, Field(ge=2, le=3, description="availability zones of the network, 2 or 3")]
Days = Annotated[
    # https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
    Literal[30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653],
    Field(description="days that CloudWatch Logs knows, such as 30, 60, 90, 180 or 365"),
]
Percent = Annotated[int, Field(ge=1, le=100, description="percent of the budget that sends an alert, 1 to 100")]
Instances = Annotated[int, Field(ge=1, description="training instances that the account may run at a time")]


class Shape(BaseModel):
    """Strict base model: values are not converted and unknown keys are errors."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class TargetFile(Shape):
    """The account ids of a target."""

    management: Account
    hub: Account


class OrganizationFile(Shape):
    """The organisation in AWS Organizations."""

    email_domain: Annotated[Text, Field(description="domain of the accounts' e-mail addresses")]
    organizational_units: Annotated[list[Dashed], Field(min_length=1, description="names of the organisational units")]
    environments: Annotated[
        list[Dashed], Field(min_length=1, max_length=4, description="units with an account of each team; append only")
    ]


class PortfolioFile(Shape):
    """A Service Catalog portfolio and the organisational units that it is shared with."""

    title: Annotated[Text, Field(max_length=100, description="what people call the portfolio")]
    description: Annotated[Text, Field(max_length=2000, description="what it holds and for whom")]
    organizational_units: Annotated[
        list[Dashed], Field(min_length=1, description="organisational units that it is shared with")
    ]


class PackageIndexFile(Shape):
    """The CodeArtifact domain and repository of the hub."""

    domain: Dashed
    repository: Dashed


_CONNECTION = r"^arn:aws[a-z-]*:(codeconnections|codestar-connections):[a-z0-9-]+:\d{12}:connection/[0-9a-f-]+$"
Connection = Annotated[str, Field(pattern=_CONNECTION, description="the ARN of a CodeConnections connection")]


class ConnectionsFile(Shape):
    """Connections to the Git provider, one in each account with a pipeline; a person accepts them at the provider."""

    hub: Connection
    management: Connection


class SourceCodeFile(Shape):
    """The repository and branch whose merges start the pipelines."""

    repository: Annotated[str, Field(pattern=r"^[^/\s]+(/[^/\s]+)+$", description="owner/name at the Git provider")]
    branch: Text
    connections: ConnectionsFile


Digest = Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")]


class HubFile(Shape):
    """The hub account: catalogue, image registry and package index."""

    account_name: Dashed
    owner: Annotated[Text, Field(description="the team that answers for the catalogue")]
    studio_image_digest: Annotated[Digest, Field(description="the digest of the approved Studio image")]
    model_monitor_image_digest: Annotated[Digest, Field(description="the digest of the approved Model Monitor image")]
    clarify_image_digest: Annotated[Digest, Field(description="the digest of the approved Clarify image")]
    package_index: PackageIndexFile
    release_bucket: Annotated[
        Dashed, Field(max_length=35, description="a bucket name with room for the account id and the region")
    ]
    portfolios: dict[str, PortfolioFile]


class IpAllocationFile(Shape):
    """The address pool of the teams' networks."""

    pool_cidr: Annotated[Cidr, Field(description="the block that all teams share, such as 10.20.0.0/14")]
    default_prefix_length: Annotated[
        PrefixLength, Field(description="prefix length of a team's block, 14 to 22, such as 20")
    ]


class LogArchiveFile(Shape):
    """The account that stores the logs of all accounts."""

    account_name: Dashed
    bucket: Annotated[Dashed, Field(max_length=35, description="a bucket name with room for account id and region")]
    retention_days: Annotated[int, Field(ge=365, description="days that a log cannot be deleted, a year at least")]


class NetworkFile(Shape):
    """Connection of the accounts' networks to the on-premises network; an empty value means no connection."""

    transit_gateway_id: Annotated[
        str,
        Field(pattern=r"^(tgw-[0-9a-f]{8,17})?$", description='a transit gateway such as tgw-0123456789abcdef0, or ""'),
    ]
    on_premises_cidrs: Annotated[list[Cidr], Field(description="CIDR blocks that are routed to the transit gateway")]
    resolver_rule_ids: Annotated[list[Text], Field(description="Route 53 Resolver rules that every network gets")]


class ConcurrencyFile(Shape):
    """Limits on the number of operations that run at the same time."""

    account_creations: Annotated[
        int, Field(ge=1, le=5, description="accounts created at a time; AWS Organizations allows five")
    ]
    terraform_runs: Annotated[int, Field(ge=1, le=32, description="Terraform runs at a time, one for each account")]
    account_reads: Annotated[int, Field(ge=1, le=64, description="accounts that the inventory reads at a time")]
    hub_reads: Annotated[int, Field(ge=1, le=16, description="products of the hub that are read at a time")]
    upgrades: Annotated[int, Field(ge=1, le=16, description="provisioned products upgraded at a time")]


class SignInFile(Shape):
    """Sign-in of people to the role of their persona."""

    method: Annotated[Literal["identity-center", "saml"], Field(description="identity-center or saml")]
    saml_provider: Annotated[
        str, Field(pattern=r"^[\w._-]{0,128}$", description="the name of the accounts' SAML provider, or nothing")
    ]


class SettingsFile(Shape):
    """Settings of every account's baseline; a team file can override them under `customizations`."""

    availability_zones: AvailabilityZones
    log_retention_days: Days
    budget_alert_percent: Percent
    quota_training_instances: Instances


class PlatformFile(Shape):
    """terraform/platform.yaml."""

    name_prefix: Annotated[Dashed, Field(max_length=12, description="a short name in front of every resource's name")]
    regions: Annotated[list[Region], Field(min_length=1, description="the regions of the platform, home region first")]
    organization: OrganizationFile
    targets: dict[str, TargetFile]
    state_bucket: Annotated[
        Dashed, Field(max_length=50, description="a bucket name with room for the management account's id")
    ]
    source_code: Annotated[SourceCodeFile, Field(description="a merge there starts the pipelines")]
    hub: HubFile
    ip_allocation: IpAllocationFile
    log_archive: LogArchiveFile
    network: NetworkFile
    sign_in: SignInFile
    groups: Annotated[list[Dashed], Field(description="groups of the identity provider that a team file may name")]
    break_glass_users: Annotated[
        list[Owner], Field(description="people who may request break-glass access, by their tag `owner`")
    ]
    settings: SettingsFile
    mirror_exceptions: Annotated[
        list[Key], Field(description="settings in which pre-production may differ from production")
    ]
    concurrency: ConcurrencyFile
    tags: dict[str, str] = Field(default_factory=dict, description="tags of every resource")


class ContractFile(Shape):
    """One contract: a value in an SSM parameter that other stacks read."""

    path: Annotated[str, Field(pattern=r"^/[a-z0-9-]+(/[a-z0-9-]+)+$", description="an SSM path: /mlops/<scope>/<key>")]
    type: Annotated[Text, Field(description="the CloudFormation type of the value, such as AWS::EC2::VPC::Id")]
    writer: Annotated[
        str,
        Field(
            pattern=r"^(terraform/live|terraform/images|products)/[a-z0-9_-]+$",
            description="the only writer: terraform/live/<root module>, terraform/images/<build> or products/<folder>",
        ),
    ]
    description: Annotated[Text, Field(description="what the value is, for people")]


class ContractsFile(RootModel[dict[str, dict[str, ContractFile]]]):
    """terraform/contracts.yaml: scope -> key -> contract."""


class PackageFile(Shape):
    """One package of the allow-list."""

    ecosystem: Annotated[Literal["python", "javascript"], Field(description="python or javascript")]
    name: Text
    versions: Annotated[
        list[Annotated[str, Field(pattern=r"^[0-9][0-9A-Za-z.+!-]*$", description='an exact version such as "2.4.6"')]],
        Field(min_length=1, description="the approved versions, in quotes"),
    ]
    reason: Annotated[Text, Field(min_length=10, description="who needs it for what")]
    team: Annotated[str, Field(description="the team whose repository has it, when no lock file here does")] = ""


class PackagesFile(Shape):
    """terraform/packages.yaml."""

    packages: list[PackageFile]
