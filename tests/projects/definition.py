"""Validates a SageMaker pipeline definition: the definition by its JSON schema, each step by its API request.

A pipeline function stands for a value that is known at run time; it counts as a string where a request needs one.
https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-steps-types.html
"""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import regex
from botocore.session import Session
from botocore.validate import ParamValidator
from jsonschema import Draft7Validator

_SCHEMA = "scripts/localaws/services/sagemaker/pipelines/definition.schema.json"
SCHEMA = json.loads((Path(__file__).parents[2] / _SCHEMA).read_text(encoding="utf-8"))
ACTIONS = {  # step type -> API action, and the members that SageMaker sets
    "Processing": ("CreateProcessingJob", {"ProcessingJobName": "given"}),
    "Training": ("CreateTrainingJob", {"TrainingJobName": "given"}),
    "Tuning": ("CreateHyperParameterTuningJob", {"HyperParameterTuningJobName": "given"}),
    "Transform": ("CreateTransformJob", {"TransformJobName": "given"}),
    "Model": ("CreateModel", {"ModelName": "given"}),
    "RegisterModel": ("CreateModelPackage", {}),
}
FUNCTIONS = ("Get", "Std:Join", "Std:JsonGet")
UNKNOWN = "known-to-a-run"
STEP = re.compile(r"Steps\.([^.\[]+)")


def problems(definition: dict[str, Any]) -> list[str]:
    """Everything that SageMaker would refuse when each parameter has its default, one line each."""
    schema_errors = [_schema_error(error) for error in Draft7Validator(SCHEMA).iter_errors(definition)]
    if schema_errors:
        return schema_errors
    defaults = {
        f"Parameters.{parameter['Name']}": parameter.get("DefaultValue")
        for parameter in definition.get("Parameters", [])
    }
    request_errors = [
        f"{step['Name']}: {line}" for step in steps(definition["Steps"]) for line in _request_problems(step, defaults)
    ]
    return request_errors + _reference_problems(definition)


def steps(definitions: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Every step; steps of a condition's branches follow the condition."""
    for step in definitions:
        yield step
        for branch in ("IfSteps", "ElseSteps"):
            yield from steps(step["Arguments"].get(branch, []))


def _schema_error(error: Any) -> str:
    return f"{'.'.join(str(part) for part in error.absolute_path)}: {error.message}"


@cache
def _model() -> Any:
    return Session().get_service_model("sagemaker")


def _request_problems(step: dict[str, Any], values: dict[str, Any]) -> list[str]:
    if step["Type"] not in ACTIONS:
        return []
    action, defaults = ACTIONS[step["Type"]]
    shape = _model().operation_model(action).input_shape
    request = {**defaults, **_plain(step["Arguments"], values)}
    report = ParamValidator().validate(request, shape).generate_report()
    return [*report.splitlines(), *_text_problems(request, shape)]


def _plain(value: Any, values: dict[str, Any]) -> Any:
    """The request with the value of each parameter, and with a string for each value that a run computes."""
    if isinstance(value, dict):
        if len(value) == 1 and set(value) <= set(FUNCTIONS):
            return values.get(str(value.get("Get")), UNKNOWN)
        return {key: _plain(item, values) for key, item in value.items()}
    return [_plain(item, values) for item in value] if isinstance(value, list) else value


def _text_problems(value: Any, shape: Any, path: str = "") -> Iterator[str]:
    """Violations of patterns, enums and maximum lengths, which botocore does not validate."""
    if shape.type_name == "string" and UNKNOWN not in value:
        rules = shape.metadata
        matches = "pattern" not in rules or regex.fullmatch(rules["pattern"], value)
        if not matches or value not in (shape.enum or [value]) or len(value) > rules.get("max", len(value)):
            yield f"{path}: '{value}' does not fit {shape.name}"
    for name, child, child_shape in _children(value, shape):
        yield from _text_problems(child, child_shape, f"{path}.{name}")


def _children(value: Any, shape: Any) -> list[tuple[str, Any, Any]]:
    """(name, value, shape) of the members of a structure, list or map."""
    if shape.type_name == "structure":
        return [(key, item, shape.members[key]) for key, item in value.items() if key in shape.members]
    if shape.type_name == "list":
        return [("", item, shape.member) for item in value]
    if shape.type_name == "map":
        return [(key, key, shape.key) for key in value] + [(key, item, shape.value) for key, item in value.items()]
    return []


def _reference_problems(definition: dict[str, Any]) -> list[str]:
    """Duplicate step names, and references to steps or parameters that the definition does not have."""
    names = [step["Name"] for step in steps(definition["Steps"])]
    parameters = [parameter["Name"] for parameter in definition.get("Parameters", [])]
    duplicates = sorted({name for name in names if names.count(name) > 1})
    lines = [f"{name}: two steps have this name" for name in duplicates]
    for reference in _references(definition["Steps"]):
        root, _, name = reference.partition(".")
        step = STEP.match(reference)
        if (step and step[1] not in names) or (root == "Parameters" and name not in parameters):
            lines.append(f"{reference}: there is nothing of this name")
    return lines


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if set(value) == {"Get"}:
            yield value["Get"]
        for name in value.get("DependsOn", []):
            yield f"Steps.{name}"
        for inner in value.values():
            yield from _references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner)
