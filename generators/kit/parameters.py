"""Parameters and outputs of a product. Adds to the template; nothing else."""

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


def add_output(t: Template, name: str, description: str, value: Any, **attributes: str) -> None:
    """Add an output that users see in Service Catalog; Condition= for an output of a conditional resource."""
    t.add_output(Output(name, Description=description, Value=value, **attributes))
