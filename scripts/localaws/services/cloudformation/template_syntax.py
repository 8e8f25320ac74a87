"""The syntax of a template: sections, names, nulls and the arguments of intrinsic functions. Pure.

CloudFormation refuses a template with such an error before it creates anything.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator

from generators.cloudformation.intrinsics import Interpreter, function_call
from scripts.localaws.core import data_file
from scripts.localaws.services.cloudformation.exceptions import invalid

_SECTIONS = ("Parameters", "Rules", "Mappings", "Conditions", "Resources", "Outputs")
_OUTPUT_KEYS = {"Value", "Description", "Export", "Condition"}
_CONDITION_FUNCTIONS = ("Ref", "Condition", "Fn::And", "Fn::Or", "Fn::Not", "Fn::Equals", "Fn::FindInMap")


# Function -> whether an argument is well-formed, and the rest of AWS's message.
_FUNCTIONS: Mapping[str, tuple[Draft7Validator, str]] = {
    name: (Draft7Validator(row["argument"]), row["message"])
    for name, row in data_file.read(Path(__file__).with_name("intrinsic_functions.yaml")).items()
}


def check(template: Mapping[str, Any]) -> None:
    """Raise ValidationError for the first syntax error."""
    for section, content in template.items():
        members = content.values() if isinstance(content, dict) else [None]
        if section in _SECTIONS and not all(isinstance(member, dict) for member in members):
            raise invalid(f"Template format error: Any {section} member must be an object.")
    for name in template.get("Parameters", {}):
        if not name.isalnum():
            raise invalid(f"Template format error: Parameter name {name} is non alphanumeric.")
    _check_mappings(template.get("Mappings", {}))
    _check_outputs(template.get("Outputs", {}))
    for section in ("Conditions", "Resources", "Outputs"):
        for name, member in template.get(section, {}).items():
            _check_values(member, f"/{section}/{name}")
    _check_condition_names(template)


def _check_mappings(mappings: Mapping[str, Any]) -> None:
    for mapping in mappings.values():
        for key, attributes in mapping.items():
            if not isinstance(attributes, dict):
                raise invalid(f"Template format error: Every Mappings member {key} must be a map")
            items = [item for value in attributes.values() for item in (value if isinstance(value, list) else [value])]
            if any(isinstance(item, dict | list) or item is None for item in items):
                raise invalid("Template format error: Every Mappings attribute must be a String or a List.")


def _check_outputs(outputs: Mapping[str, Any]) -> None:
    for name, output in outputs.items():
        if not name.isalnum():
            raise invalid(f"Template format error: Output name {name} is non alphanumeric.")
        if "Value" not in output:
            raise invalid("Template format error: Every Outputs member must contain a Value object")
        if unknown := sorted(set(output) - _OUTPUT_KEYS):
            raise invalid(f"Invalid template output property '{unknown[0]}'")


def _check_values(node: Any, path: str) -> None:
    if node is None:
        raise invalid(f"[{path}] 'null' values are not allowed in templates")
    if call := function_call(node):
        _check_call(*call)
    pairs = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, item in pairs:
        _check_values(item, f"{path}/{key}")


def _check_call(function: str, argument: Any) -> None:
    if function not in _FUNCTIONS:
        raise invalid(f"Template error: the embedded AWS does not hold {function}; see SUPPORTED.md")
    schema, message = _FUNCTIONS[function]
    if not schema.is_valid(argument):
        raise invalid(f"Template error: {message}")


class _ConditionNames(Interpreter):
    """Collects the names of conditions with the function that uses them."""

    def __init__(self) -> None:
        self.names: list[tuple[str, str]] = []

    def if_(self, condition: str, if_true: Any, if_false: Any) -> None:
        self.names.append((condition, "Fn::If"))
        self.evaluate([if_true, if_false])

    def condition(self, name: str) -> None:
        self.names.append((name, "Condition"))


def _check_condition_names(template: Mapping[str, Any]) -> None:
    conditions = template.get("Conditions", {})
    for name, function in _used_conditions(template):
        if name not in conditions:
            raise invalid(f"Template error: unresolved condition dependency {name} in {function}")
    for definition in conditions.values():
        for function, argument in _calls(definition):
            if function not in _CONDITION_FUNCTIONS:
                raise invalid(f"Template error: {function} cannot be used in the Conditions block")
            declared = {*template.get("Parameters", {}), "AWS::NoValue"}
            if function == "Ref" and argument not in declared and not argument.startswith("AWS::"):
                raise invalid(
                    f"Template format error: Unresolved dependencies [{argument}]. "
                    "Cannot reference resources in the Conditions block of the template"
                )


def _used_conditions(template: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    collector = _ConditionNames()
    collector.evaluate(list(template.get("Conditions", {}).values()))
    for section in ("Resources", "Outputs"):
        for name, member in template.get(section, {}).items():
            if "Condition" in member:
                yield str(member["Condition"]), f"the {section} block of the template for {name}"
            collector.evaluate({key: value for key, value in member.items() if key != "Condition"})
    yield from collector.names


def _calls(node: Any) -> Iterator[tuple[str, Any]]:
    if call := function_call(node):
        yield call
    items = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    for item in items:
        yield from _calls(item)
