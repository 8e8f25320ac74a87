"""A pipeline's definition: its steps with what each of them waits for. Pure.

https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-pipeline.html
https://docs.aws.amazon.com/sagemaker/latest/dg/build-and-manage-steps.html
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator

from scripts.localaws.core.errors import AwsError
from scripts.localaws.services.sagemaker.components import validation_error
from scripts.localaws.services.sagemaker.pipelines.references import references

Branch = tuple[str, bool]  # name of a condition step, and the outcome for which a step runs


@dataclass(frozen=True)
class Step:
    """A step: its part of the definition, the names of the steps before it, and the branch that it lies in."""

    document: Mapping[str, Any]
    dependencies: frozenset[str]
    branch: Branch | None = None

    @property
    def name(self) -> str:
        """The step's name."""
        return str(self.document["Name"])

    @property
    def type(self) -> str:
        """Processing, Training, Tuning, Transform, Model, RegisterModel, Condition or Fail."""
        return str(self.document["Type"])


@dataclass(frozen=True)
class Definition:
    """A valid definition; `parameters` are those that it declares, by name."""

    document: Mapping[str, Any]
    steps: Mapping[str, Step]
    parameters: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@cache
def _validator() -> Draft7Validator:
    schema = Path(__file__).with_name("definition.schema.json").read_text(encoding="utf-8")
    return Draft7Validator(json.loads(schema))


def parse(text: str) -> Definition:
    """The definition. Raises AwsError ValidationException, as CreatePipeline does, with every problem."""
    try:
        document = json.loads(text)
    except json.JSONDecodeError as error:
        raise _unparsable([f"It is no JSON document: {error}"]) from None
    if isinstance(document, dict):
        document = {name: value for name, value in document.items() if value is not None}
    if problems := [_schema_problem(error) for error in _validator().iter_errors(document)]:
        raise _unparsable(problems)
    steps = list(_steps(document["Steps"], None))
    definition = Definition(
        document, {step.name: step for step in steps}, {item["Name"]: item for item in document.get("Parameters", ())}
    )
    if problems := list(_problems(definition, [step.name for step in steps])):
        raise _unparsable(problems)
    return definition


def _unparsable(problems: Iterable[str]) -> AwsError:
    return validation_error(f"Unable to parse pipeline definition. {'; '.join(list(problems)[:5])}")


def _schema_problem(error: Any) -> str:
    location = ".".join(map(str, error.absolute_path)) or "definition"
    return f"Model Validation failed: {location}: {error.message[:200]}"


def _steps(documents: Iterable[Mapping[str, Any]], branch: Branch | None) -> Iterator[Step]:
    """All steps, those of conditions too."""
    for document in documents:
        arguments = document["Arguments"]
        own = {name: value for name, value in arguments.items() if name not in ("IfSteps", "ElseSteps")}
        names = {path.split(".")[1].partition("[")[0] for path in references(own) if path.startswith("Steps.")}
        condition = {branch[0]} if branch else set()
        yield Step(document, frozenset(names | condition | set(document.get("DependsOn", ()))), branch)
        if document["Type"] == "Condition":
            for member, outcome in (("IfSteps", True), ("ElseSteps", False)):
                yield from _steps(arguments.get(member) or (), (document["Name"], outcome))


def _problems(definition: Definition, names: list[str]) -> Iterator[str]:
    """Problems of names and references, which the schema cannot find."""
    steps = definition.steps
    yield from (f"Step names must be unique. Duplicate: {name}" for name in sorted({*names}) if names.count(name) > 1)
    for step in steps.values():
        yield from (f"{step.name} depends on an unknown step: {name}" for name in sorted(step.dependencies - {*steps}))
        yield from _reference_problems(definition, step)
        fails = [name for name in step.dependencies & {*steps} if steps[name].type == "Fail"]
        yield from (f"{step.name} depends on the Fail step {name}; no step may" for name in fails)
    try:
        TopologicalSorter({step.name: step.dependencies for step in steps.values()}).prepare()
    except CycleError as error:
        yield f"Steps depend on each other in a circle: {' -> '.join(error.args[1])}"


def _reference_problems(definition: Definition, step: Step) -> Iterator[str]:
    for path in references(step.document["Arguments"]):
        root, _, name = path.partition(".")
        if root == "Parameters" and name not in definition.parameters:
            yield f"{step.name} refers to the parameter {name}, which is not declared"
        if ".PropertyFiles." in path and not _has_property_file(definition, path):
            yield f"{step.name} refers to {path}, which is no property file"
    outputs = (step.document["Arguments"].get("ProcessingOutputConfig") or {}).get("Outputs") or ()
    names = {output["OutputName"] for output in outputs if isinstance(output.get("OutputName"), str)}
    for file in step.document.get("PropertyFiles", ()):
        if file["OutputName"] not in names:
            yield f"{step.name}: property file {file['PropertyFileName']} is in no output {file['OutputName']}"


def _has_property_file(definition: Definition, path: str) -> bool:
    _, name, _, file = path.split(".", 3)
    step = definition.steps.get(name)
    return step is not None and any(each["PropertyFileName"] == file for each in step.document.get("PropertyFiles", ()))
