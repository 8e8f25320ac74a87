"""What a definition may say here, and what is wrong with one that says something else. Pure.

https://states-language.net/spec.html
"""

import json
from collections.abc import Iterator
from typing import Any

Definition = dict[str, Any]
_ALWAYS = {"Type", "Comment"}
_NEXT = {"Next", "End"}
_CAUGHT = {"Retry", "Catch", "ResultSelector", "ResultPath"}
_MAP = {"Label", "ItemReader", "ItemSelector", "ItemProcessor", "ResultWriter", "MaxConcurrency"}
FIELDS = {
    "Task": {"Resource", "Parameters", *_NEXT, *_CAUGHT},
    "Map": {"ToleratedFailurePercentage", "ToleratedFailureCount", *_MAP, *_NEXT, *_CAUGHT},
    "Pass": {"Result", "Parameters", "ResultPath", *_NEXT},
    "Wait": {"Seconds", *_NEXT},
    "Choice": {"Choices", "Default"},
    "Succeed": set[str](),
    "Fail": {"Error", "Cause"},
}
# The same in the newer query language; https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html
_KEPT = {"Output", "Assign"}
JSONATA = {
    "Task": {"Resource", "Arguments", "Retry", "Catch", *_KEPT, *_NEXT},
    "Pass": {*_KEPT, *_NEXT},
    "Wait": {"Seconds", *_KEPT, *_NEXT},
    "Choice": {"Choices", "Default"},
    "Succeed": set[str](),
    "Fail": {"Error", "Cause"},
}
COMPARISONS = {
    "StringEquals", "NumericEquals", "NumericGreaterThan", "NumericGreaterThanPath", "BooleanEquals", "IsPresent"
}  # fmt: skip
_TOP = {"Comment", "StartAt", "States", "Version", "QueryLanguage", "ProcessorConfig"}
SDK = "arn:aws:states:::aws-sdk:"
_ITEMS = "arn:aws:states:::s3:getObject"
_RESULTS = "arn:aws:states:::s3:putObject"


def problems(text: str, resources: tuple[str, ...]) -> list[str]:
    """A sentence for everything that this service would refuse or cannot run; `resources` are those it can call."""
    try:
        definition = json.loads(text)
    except ValueError as error:
        return [f"INVALID_JSON_DESCRIPTION: {error}"]
    if not isinstance(definition, dict):
        return ["INVALID_JSON_DESCRIPTION: it is not an object"]
    return list(_machine(definition, "", resources))


def _machine(definition: Definition, where: str, resources: tuple[str, ...]) -> Iterator[str]:
    states = definition.get("States") or {}
    if unknown := definition.keys() - _TOP:
        yield f"SCHEMA_VALIDATION_FAILED: {sorted(unknown)} is not held at {where or '/'}"
    language = definition.get("QueryLanguage", "JSONPath")
    if language not in ("JSONPath", "JSONata"):
        yield f"SCHEMA_VALIDATION_FAILED: the query language {language} is not held"
    if definition.get("StartAt") not in states:
        yield f"MISSING_TRANSITION_TARGET: StartAt at {where or '/'} names no state"
    for name, state in states.items():
        at = f"{where}/States/{name}"
        yield from _state(state, at, JSONATA if language == "JSONata" else FIELDS)
        yield from (f"MISSING_TRANSITION_TARGET: {to} at {at}" for to in _targets(state) if to not in states)
        called = str(state.get("Resource", ""))
        if state.get("Type") == "Task" and called not in resources and not called.startswith(SDK):
            yield f"SCHEMA_VALIDATION_FAILED: resource {called or '(missing)'} at {at} is not held"
        if state.get("Type") == "Map":
            yield from _map(state, at, resources)


def _state(state: Definition, at: str, fields: dict[str, set[str]]) -> Iterator[str]:
    kind = state.get("Type", "")
    if kind not in fields:
        yield f"SCHEMA_VALIDATION_FAILED: a state of type {kind or '(missing)'} at {at} is not held"
        return
    if unknown := state.keys() - fields[kind] - _ALWAYS:
        yield f"SCHEMA_VALIDATION_FAILED: {sorted(unknown)} at {at} is not held"
    if fields[kind] >= _NEXT and ("Next" in state) == bool(state.get("End")):
        yield f"SCHEMA_VALIDATION_FAILED: {at} has neither or both of Next and End"
    known, also = (COMPARISONS, {"Variable"}) if fields is FIELDS else ({"Condition"}, set[str]())
    for rule in state.get("Choices", ()):
        if len(rule.keys() & known) != 1 or rule.keys() - known - also - {"Next", "Comment"}:
            yield f"SCHEMA_VALIDATION_FAILED: the rule {sorted(rule)} at {at} is not held"


def _targets(state: Definition) -> Iterator[str]:
    yield from (state[key] for key in ("Next", "Default") if key in state)
    yield from (rule.get("Next", "") for key in ("Choices", "Catch") for rule in state.get(key, ()))


def _map(state: Definition, at: str, resources: tuple[str, ...]) -> Iterator[str]:
    processor, reader = state.get("ItemProcessor") or {}, state.get("ItemReader") or {}
    if processor.get("ProcessorConfig") != {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}:
        yield f"SCHEMA_VALIDATION_FAILED: {at}: only a DISTRIBUTED map of STANDARD executions is held"
    if reader.get("Resource") != _ITEMS or reader.get("ReaderConfig", {}).get("InputType") not in ("JSON", "JSONL"):
        yield f"SCHEMA_VALIDATION_FAILED: {at}: items come from s3:getObject as JSON or JSONL"
    if state.get("ResultWriter", {}).get("Resource", _RESULTS) != _RESULTS:
        yield f"SCHEMA_VALIDATION_FAILED: {at}: results go to s3:putObject"
    yield from _machine(processor, f"{at}/ItemProcessor", resources)
