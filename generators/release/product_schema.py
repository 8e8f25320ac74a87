"""Schema of product.yaml."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from generators.config.schema import Dashed, Email, Shape, Text


class SupportFile(Shape):
    """Contact for users of the product."""

    email: Email
    url: Annotated[str, Field(pattern=r"^https://\S+$", description="an address that starts with https://")]
    text: Annotated[Text, Field(description="one sentence that says when and how to ask")]


class WaiverFile(Shape):
    """A rule that one resource may break for a time."""

    rule: Annotated[str, Field(pattern=r"^[EWI]\d{4}$", description="the id of a rule, such as E9003")]
    resource: Annotated[Text, Field(description="the logical id of the resource that may break the rule")]
    reason: Annotated[Text, Field(min_length=10, description="why it may, in a sentence a reviewer understands")]
    until: Annotated[date, Field(description="the last day, such as 2027-06-30")]


class ProductFile(Shape):
    """products/<name>/product.yaml."""

    title: Annotated[Text, Field(max_length=100, description="what people call the product")]
    description: Annotated[Text, Field(max_length=2000, description="what the user gets, in one or two sentences")]
    owner: Annotated[Dashed, Field(description="the team that answers for the product, such as ml-platform")]
    portfolio: Annotated[Dashed, Field(description="a portfolio of terraform/platform.yaml")]
    version: Annotated[
        str,
        Field(
            pattern=r"^(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})$",
            description='MAJOR.MINOR.PATCH in quotes, such as "1.1.0"',
        ),
    ]
    launch_role: Annotated[Dashed, Field(max_length=64, description="the name of the launch role in each spoke")]
    support: SupportFile
    visible_in_studio: bool = Field(
        default=False, description="true when people find it in Studio, as a template of projects"
    )
    waivers: list[WaiverFile] = Field(default_factory=list, description="rules that a resource may break, until when")
