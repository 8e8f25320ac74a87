"""A pipeline's definition against what SageMaker documents: the form of the definition, and each step's API request.

A function of the pipeline stands for a value that only a run knows; where a request wants a text, it counts as one.
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

SCHEMA = json.loads((Path(__file__).parent / "pipeline-definition.schema.json").read_text(encoding="utf-8"))
ACTIONS = {  # type of a step -> API action, and the members that SageMaker itself fills in
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
    """Everything that SageMaker would refuse, one line each."""
    form = [_told(error) for error in Draft7Validator(SCHEMA).iter_errors(definition)]
    if form:
        return form
    found = [f"{step['Name']}: {line}" for step in steps(definition["Steps"]) for line in _request_problems(step)]
    return found + _reference_problems(definition)


def steps(found: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Every step, those inside conditions after the condition."""
    for step in found:
        yield step
        for branch in ("IfSteps", "ElseSteps"):
            yield from steps(step["Arguments"].get(branch, []))


def _told(error: Any) -> str:
    return f"{'.'.join(str(part) for part in error.absolute_path)}: {error.message}"


@cache
def _model() -> Any:
    return Session().get_service_model("sagemaker")


def _request_problems(step: dict[str, Any]) -> list[str]:
    if step["Type"] not in ACTIONS:
        return []
    action, filled = ACTIONS[step["Type"]]
    shape = _model().operation_model(action).input_shape
    request = {**filled, **_plain(step["Arguments"])}
    report = ParamValidator().validate(request, shape).generate_report()
    return [*report.splitlines(), *_text_problems(request, shape)]


def _plain(value: Any) -> Any:
    """The request with texts where only a run knows the value."""
    if isinstance(value, dict):
        return (
            UNKNOWN
            if len(value) == 1 and set(value) <= set(FUNCTIONS)
            else {key: _plain(it) for key, it in value.items()}
        )
    return [_plain(it) for it in value] if isinstance(value, list) else value


def _text_problems(value: Any, shape: Any, where: str = "") -> Iterator[str]:
    """What botocore leaves to the service: patterns, allowed values and lengths of texts."""
    if shape.type_name == "string" and UNKNOWN not in value:
        rules = shape.metadata
        fits = "pattern" not in rules or regex.fullmatch(rules["pattern"], value)
        if not fits or value not in (shape.enum or [value]) or len(value) > rules.get("max", len(value)):
            yield f"{where}: '{value}' does not fit {shape.name}"
    for name, inner, inside in _inside(value, shape):
        yield from _text_problems(inner, inside, f"{where}.{name}")


def _inside(value: Any, shape: Any) -> list[tuple[str, Any, Any]]:
    """(name, value, shape) of what stands directly in a value of a structure, a list or a map."""
    if shape.type_name == "structure":
        return [(key, it, shape.members[key]) for key, it in value.items() if key in shape.members]
    if shape.type_name == "list":
        return [("", it, shape.member) for it in value]
    if shape.type_name == "map":
        return [(key, key, shape.key) for key in value] + [(key, it, shape.value) for key, it in value.items()]
    return []


def _reference_problems(definition: dict[str, Any]) -> list[str]:
    """What the definition refers to must stand in it; an inner step is not known outside of its branch, but by name."""
    names = [step["Name"] for step in steps(definition["Steps"])]
    parameters = [it["Name"] for it in definition.get("Parameters", [])]
    twice = sorted({name for name in names if names.count(name) > 1})
    found = [f"{name}: two steps have this name" for name in twice]
    for reference in _references(definition["Steps"]):
        kind, _, rest = reference.partition(".")
        step = STEP.match(reference)
        if (step and step[1] not in names) or (kind == "Parameters" and rest not in parameters):
            found.append(f"{reference}: there is nothing of this name")
    return found


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
