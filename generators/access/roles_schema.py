"""Schemas of terraform/roles.yaml and matrix.yaml. Elements of policy statements keep IAM's names. Pure."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, RootModel

from generators.config.schema import Dashed, Shape, Text

Names = Annotated[list[Dashed], Field(min_length=1, description="policies of this file")]
Listed = str | list[str]


class StatementFile(Shape):
    """A statement of an IAM policy; tests remove it by its Sid."""

    Sid: Annotated[str, Field(pattern=r"^[A-Za-z0-9]+$", description="a name such as ReadContracts")]
    Effect: Annotated[Literal["Allow", "Deny"], Field(description="Allow or Deny")]
    Action: Annotated[Listed, Field(description="actions such as s3:GetObject")]
    Resource: Annotated[Listed, Field(description='ARNs, or "*"')]
    Condition: Annotated[dict[str, dict[str, Listed]], Field(description="operator -> key -> values")] = Field(
        default_factory=dict
    )


class TrustFile(Shape):
    """A statement of a role's trust policy."""

    Sid: Annotated[str, Field(pattern=r"^[A-Za-z0-9]+$", description="a name such as PermissionSet")]
    Effect: Annotated[Literal["Allow"], Field(description="Allow")]
    Action: Annotated[Listed, Field(description="actions of sts")]
    Principal: Annotated[dict[str, Listed], Field(description="kind -> who: AWS, Federated or Service")]
    Condition: Annotated[dict[str, dict[str, Listed]], Field(description="operator -> key -> values")] = Field(
        default_factory=dict
    )


class SignInTrustFile(Shape):
    """Trust statements of personas, one for each way of sign-in."""

    operator: TrustFile
    identity_center: Annotated[TrustFile, Field(alias="identity-center")]
    saml: TrustFile
    break_glass: TrustFile


class PersonaFile(Shape):
    """One of the five roles of people."""

    description: Annotated[Text, Field(max_length=1000, description="what the role is for, in a sentence")]
    policies: Names
    portfolios: Annotated[list[Dashed], Field(description="portfolios of platform.yaml that it launches from")] = Field(
        default_factory=list
    )
    requires_break_glass: Annotated[
        bool, Field(description="true for a role that needs approved break-glass access")
    ] = False


class ExecutionRoleFile(Shape):
    """The execution role of Studio for a profile type."""

    persona: Dashed
    policies: Names


class RolesFile(Shape):
    """terraform/roles.yaml."""

    personas: Annotated[dict[Dashed, PersonaFile], Field(description="the roles of people")]
    execution_roles: Annotated[dict[Dashed, ExecutionRoleFile], Field(description="profile type -> its role")]
    sign_in: SignInTrustFile
    break_glass_session_policy: Annotated[
        list[StatementFile],
        Field(min_length=1, description="statements that end a session with its break-glass access"),
    ]
    boundary: Annotated[list[StatementFile], Field(min_length=1, description="statements")]
    policies: Annotated[dict[Dashed, list[StatementFile]], Field(description="name -> statements of a policy")]


class AccessRuleFile(Shape):
    """A row of the access matrix."""

    description: Annotated[Text, Field(description="the task in a few words")]
    controls: Annotated[list[int], Field(min_length=1, description="numbers of controls")]
    action: Annotated[Text, Field(description="an action such as s3:GetObject")]
    resource: Annotated[Text, Field(description="the ARN of one resource")] = "*"
    context: Annotated[dict[str, str], Field(description="condition keys of the request")] = Field(default_factory=dict)
    allowed_roles: Annotated[list[Dashed], Field(description="the roles that may; every other role may not")]


class MatrixFile(RootModel[list[AccessRuleFile]]):
    """terraform/matrix.yaml."""
