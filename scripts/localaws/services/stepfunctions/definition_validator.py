"""Validates a state machine definition against the fields and resources that this server supports.

https://states-language.net/spec.html
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from scripts.localaws.core import data_file
from scripts.localaws.services.stepfunctions.service_models import sdk_operation, unsupported_parameter

Definition = dict[str, Any]
# Query language -> type of a state -> its fields.
_FIELDS: dict[str, dict[str, set[str]]] = {
    language: {state_type: set(names.split()) for state_type, names in types.items()}
    for language, types in data_file.read(Path(__file__).with_name("state_fields.yaml")).items()
}
_OPERATORS = _FIELDS.pop("Operators")
_NEXT = {"Next", "End"}
_TOP_LEVEL = {"Comment", "StartAt", "States", "Version", "QueryLanguage", "ProcessorConfig"}
_ITEMS = "arn:aws:states:::s3:getObject"
_READERS = ({"InputType": "JSON"}, {"InputType": "JSONL"})
_RESULTS = "arn:aws:states:::s3:putObject"


def problems(text: str, resources: tuple[str, ...]) -> list[str]:
    """Return the errors of a definition; `resources` are the task resources that this server can call."""
    try:
        definition = json.loads(text)
    except ValueError as error:
        return [f"INVALID_JSON_DESCRIPTION: {error}"]
    if not isinstance(definition, dict):
        return ["INVALID_JSON_DESCRIPTION: it is not an object"]
    return list(_machine(definition, "", resources))


def _machine(definition: Definition, path: str, resources: tuple[str, ...]) -> Iterator[str]:
    if missing := [name for name in ("States", "StartAt") if name not in definition]:
        yield f"SCHEMA_VALIDATION_FAILED: These fields are required: [{', '.join(missing)}] at {path or '/'}"
        return
    states = definition["States"]
    if unknown := definition.keys() - _TOP_LEVEL:
        yield f"SCHEMA_VALIDATION_FAILED: {sorted(unknown)} is not held at {path or '/'}"
    language = definition.get("QueryLanguage", "JSONPath")
    if language not in _FIELDS:
        yield f"SCHEMA_VALIDATION_FAILED: the query language {language} is not held"
        return
    if definition["StartAt"] not in states:
        yield f"MISSING_TRANSITION_TARGET: StartAt at {path or '/'} names no state"
    for name, state in states.items():
        state_path = f"{path}/States/{name}"
        yield from _state(state, state_path, language)
        yield from (
            f"MISSING_TRANSITION_TARGET: {target} at {state_path}" for target in _targets(state) if target not in states
        )
        if state.get("Type") == "Task" and state.get("Resource") not in resources:
            yield from _sdk_task(state, state_path)
        if state.get("Type") == "Map":
            yield from _map(state, state_path, resources)


def _state(state: Definition, path: str, language: str) -> Iterator[str]:
    state_type, fields = state.get("Type", ""), _FIELDS[language]
    if state_type not in fields:
        yield f"SCHEMA_VALIDATION_FAILED: a state of type {state_type or '(missing)'} at {path} is not held"
        return
    if unknown := state.keys() - fields[state_type]:
        yield f"SCHEMA_VALIDATION_FAILED: {sorted(unknown)} at {path} is not held"
    if fields[state_type] >= _NEXT and ("Next" in state) == bool(state.get("End")):
        yield f"SCHEMA_VALIDATION_FAILED: {path} has neither or both of Next and End"
    operators, other_fields = _OPERATORS[language], {"Next", "Comment", *(["Variable"] * (language == "JSONPath"))}
    for rule in state.get("Choices", ()):
        if len(rule.keys() & operators) != 1 or rule.keys() - operators - other_fields:
            yield f"SCHEMA_VALIDATION_FAILED: the rule {sorted(rule)} at {path} is not held"


def _sdk_task(state: Definition, path: str) -> Iterator[str]:
    operation = sdk_operation(str(state.get("Resource")))
    if operation is None:
        text = (
            "is not recognized. The value is not a valid resource ARN, or the resource is not available in this region."
        )
        yield f"SCHEMA_VALIDATION_FAILED: The resource provided {state.get('Resource')} {text} at {path}/Resource"
        return
    for field in ("Parameters", "Arguments"):
        parameters = state.get(field, {})
        if isinstance(parameters, dict) and (name := unsupported_parameter(operation[1], parameters)):
            yield f"SCHEMA_VALIDATION_FAILED: The field '{name}' is not supported by Step Functions at {path}/{field}"


def _targets(state: Definition) -> Iterator[str]:
    yield from (state[key] for key in ("Next", "Default") if key in state)
    yield from (rule.get("Next", "") for key in ("Choices", "Catch") for rule in state.get(key, ()))


def _map(state: Definition, path: str, resources: tuple[str, ...]) -> Iterator[str]:
    processor, reader = state.get("ItemProcessor") or {}, state.get("ItemReader") or {}
    if processor.get("ProcessorConfig") != {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}:
        yield f"SCHEMA_VALIDATION_FAILED: {path}: only a DISTRIBUTED map of STANDARD executions is held"
    if reader.get("Resource") != _ITEMS or reader.get("ReaderConfig") not in _READERS:
        yield f"SCHEMA_VALIDATION_FAILED: {path}: items come from s3:getObject as JSON or JSONL"
    writer = state.get("ResultWriter", {"Resource": _RESULTS})
    if writer.get("Resource") != _RESULTS or writer.keys() - {"Resource", "Parameters"}:
        yield f"SCHEMA_VALIDATION_FAILED: {path}: results go to s3:putObject without WriterConfig"
    yield from _machine(processor, f"{path}/ItemProcessor", resources)
