"""The syntax of a template: sections, names, nulls and the arguments of intrinsic functions. Pure.

CloudFormation refuses a template with such an error before it creates anything.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from generators.cloudformation.intrinsics import Interpreter, function_call
from scripts.localaws.services.cloudformation.exceptions import invalid

_SECTIONS = ("Parameters", "Rules", "Mappings", "Conditions", "Resources", "Outputs")
_OUTPUT_KEYS = {"Value", "Description", "Export", "Condition"}
_CONDITION_FUNCTIONS = ("Ref", "Condition", "Fn::And", "Fn::Or", "Fn::Not", "Fn::Equals", "Fn::FindInMap")


def _is_list(*lengths: int) -> Callable[[Any], bool]:
    return lambda argument: isinstance(argument, list) and len(argument) in lengths


def _is_value(node: Any, kind: type) -> bool:
    return isinstance(node, kind) or function_call(node) is not None


def _is_get_att(argument: Any) -> bool:
    parts = argument.split(".", 1) if isinstance(argument, str) else argument
    return isinstance(parts, list) and len(parts) == 2 and all(parts) and isinstance(parts[0], str)


def _is_select(argument: Any) -> bool:
    if not _is_list(2)(argument) or not _is_value(argument[1], list):
        return False
    return function_call(argument[0]) is not None or str(argument[0]).isdecimal()


def _is_join(argument: Any) -> bool:
    return _is_list(2)(argument) and isinstance(argument[0], str) and _is_value(argument[1], list)


def _is_split(argument: Any) -> bool:
    return _is_list(2)(argument) and isinstance(argument[0], str) and _is_value(argument[1], str)


def _is_sub(argument: Any) -> bool:
    if isinstance(argument, str):
        return True
    return _is_list(2)(argument) and isinstance(argument[0], str) and isinstance(argument[1], dict)


# Function -> whether an argument is well-formed, and the rest of AWS's message.
_FUNCTIONS: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "Ref": (lambda argument: isinstance(argument, str), "every Ref object must have a single String value."),
    "Condition": (lambda argument: isinstance(argument, str), "every Condition object must have a String value."),
    "Fn::GetAtt": (
        _is_get_att,
        "every Fn::GetAtt object requires two non-empty parameters, the resource name and the resource attribute",
    ),
    "Fn::Join": (
        _is_join,
        "every Fn::Join object requires two parameters, (1) a string delimiter and (2) a list of strings to be joined "
        "or a function that returns a list of strings (such as Fn::GetAZs) to be joined.",
    ),
    "Fn::Split": (
        _is_split,
        "every Fn::Split object requires two parameters, (1) a string delimiter and (2) a string to be split or a "
        "function that returns a string to be split.",
    ),
    "Fn::Select": (
        _is_select,
        "Fn::Select requires a list argument with two elements: an integer index and a list",
    ),
    "Fn::Sub": (_is_sub, "one or more Fn::Sub intrinsic functions don't specify expected arguments."),
    "Fn::FindInMap": (
        _is_list(3),
        "every Fn::FindInMap object requires three parameters, the map name, map key and the attribute for return "
        "value",
    ),
    "Fn::If": (_is_list(3), "every Fn::If object requires a list of three: a condition and two values."),
    "Fn::Equals": (_is_list(2), "every Fn::Equals object requires a list of 2 string parameters."),
    "Fn::And": (
        _is_list(*range(2, 11)),
        "every Fn::And object requires a list of 2 to 10 boolean parameters.",
    ),
    "Fn::Or": (_is_list(*range(2, 11)), "every Fn::Or object requires a list of 2 to 10 boolean parameters."),
    "Fn::Not": (_is_list(1), "every Fn::Not object requires a list of one condition."),
    "Fn::Base64": (lambda argument: _is_value(argument, str), "every Fn::Base64 object must have a String value."),
    "Fn::GetAZs": (lambda argument: _is_value(argument, str), "every Fn::GetAZs object must have a String value."),
    "Fn::Cidr": (_is_list(3), "every Fn::Cidr object requires a block, a count and a number of bits."),
    "Fn::ImportValue": (lambda argument: _is_value(argument, str), "every Fn::ImportValue must have a String value."),
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
    is_valid, message = _FUNCTIONS[function]
    if not is_valid(argument):
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
