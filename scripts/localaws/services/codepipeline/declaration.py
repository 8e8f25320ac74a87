"""The rules of a pipeline's structure. Pure.

https://docs.aws.amazon.com/codepipeline/latest/userguide/reference-pipeline-structure.html
https://docs.aws.amazon.com/codepipeline/latest/userguide/limits.html
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from scripts.localaws.core.errors import AwsError

Members = Mapping[str, Any]
_NAME = re.compile(r"[A-Za-z0-9.@_-]{1,100}")
_VALUE_LENGTH = 1000  # characters of a value in the configuration of an action
_STAGES = range(2, 51)
_ACTIONS = range(1, 51)
# Provider -> category, and the numbers of input and output artifacts.
PROVIDERS = {
    "CodeCommit": ("Source", range(1), range(1, 2)),
    "CodeStarSourceConnection": ("Source", range(1), range(1, 2)),
    "S3": ("Source", range(1), range(1, 2)),
    "CodeBuild": ("Build", range(1, 6), range(6)),
    "Manual": ("Approval", range(1), range(1)),
}


def check(pipeline: Members) -> None:
    """Raise AwsError for a structure that CodePipeline refuses, or that is not emulated."""
    stages, mode = pipeline["stages"], pipeline.get("executionMode", "SUPERSEDED")
    if mode != "SUPERSEDED" and pipeline.get("pipelineType") != "V2":
        raise AwsError("ValidationException", f"Execution mode {mode} requires a pipeline of type V2")
    if len(stages) not in _STAGES:
        raise _structure(f"Pipeline has {len(stages)} stages; it should have at least 2 and at most 50.")
    _check_names((stage["name"] for stage in stages), "InvalidStageDeclarationException", "stage")
    for number, stage in enumerate(stages):
        if len(stage["actions"]) not in _ACTIONS:
            raise AwsError(
                "InvalidStageDeclarationException", f"Stage {stage['name']} has no actions, or more than 50."
            )
        names = (action["name"] for action in stage["actions"])
        _check_names(names, "InvalidActionDeclarationException", f"action of stage {stage['name']}")
        for action in stage["actions"]:
            _check_action(action, is_first_stage=number == 0)
    _check_artifacts(stages)


def _check_names(names: Iterable[str], code: str, kind: str) -> None:
    for name, count in Counter(names).items():
        if count > 1 or not _NAME.fullmatch(name):
            raise AwsError(code, f"{kind} {name}: the name is invalid or not unique")


def _check_action(action: Members, *, is_first_stage: bool) -> None:
    kind, name = action["actionTypeId"], action["name"]
    category, inputs, outputs = PROVIDERS.get(kind["provider"], ("", range(0), range(0)))
    if (kind["category"], kind["owner"]) != (category, "AWS"):
        provider = "/".join(kind[key] for key in ("category", "owner", "provider"))
        raise _action(name, f"the embedded AWS has no action type {provider}; see SUPPORTED.md")
    if is_first_stage != (category == "Source"):
        raise _structure("The first stage should have source actions only, and the other stages none.")
    for count, allowed, kind_name in (
        (len(action.get("inputArtifacts", ())), inputs, "input"),
        (len(action.get("outputArtifacts", ())), outputs, "output"),
    ):
        if count not in allowed:
            raise _action(name, f"{count} {kind_name} artifacts; {kind['provider']} has {allowed[0]} to {allowed[-1]}")
    for key, value in action.get("configuration", {}).items():
        if len(value) > _VALUE_LENGTH:
            raise _action(name, f"the value of {key} is longer than {_VALUE_LENGTH} characters")


def _check_artifacts(stages: Iterable[Members]) -> None:
    """An artifact has one action that writes it, which comes before those that read it; namespaces are unique."""
    outputs: set[str] = set()
    namespaces: set[str] = set()
    for action in ordered_actions(stages):
        for artifact in action.get("inputArtifacts", ()):
            if artifact["name"] not in outputs:
                raise _action(action["name"], f"no earlier action writes the input artifact {artifact['name']}")
        names = {artifact["name"] for artifact in action.get("outputArtifacts", ())}
        namespace = {action["namespace"]} if action.get("namespace") else set()
        if names & outputs or namespace & namespaces:
            raise _action(action["name"], "its output artifact or its namespace is another action's")
        outputs, namespaces = outputs | names, namespaces | namespace


def ordered_actions(stages: Iterable[Members]) -> Iterator[Members]:
    """Every action, in the order in which the stages run."""
    for stage in stages:
        yield from sorted(stage["actions"], key=lambda action: action.get("runOrder", 1))


def _structure(message: str) -> AwsError:
    return AwsError("InvalidStructureException", message)


def _action(name: str, message: str) -> AwsError:
    return AwsError("InvalidActionDeclarationException", f"ValidationError: Action {name}: {message}")
