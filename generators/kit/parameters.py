"""What the user of a product is asked and given. Adds to the template; nothing else."""

from __future__ import annotations

from typing import Any

from troposphere import Output, Parameter, Ref, Template


def add_parameter(t: Template, group: str, label: str, name: str, **properties: Any) -> Ref:
    """Add a parameter under a label in a group of the launch form, and return the reference to it.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-cloudformation-interface.html
    """
    parameter = t.add_parameter(Parameter(name, **properties))
    t.set_parameter_label(parameter, label)
    t.add_parameter_to_group(parameter, group)
    return Ref(parameter)


def add_output(t: Template, name: str, description: str, value: Any, **only: str) -> None:
    """Add an output that the user reads in Service Catalog; Condition= where what it names may not be there."""
    t.add_output(Output(name, Description=description, Value=value, **only))
