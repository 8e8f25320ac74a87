"""The values of a project, validated before anything is rendered. Pure."""

from __future__ import annotations

import keyword
import re
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields

from generators.errors import UserError, did_you_mean

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_MAX_NAME = 32  # characters: SageMaker's limit for the name of a project
_MAX_DESCRIPTION = 200  # characters
RESERVED = frozenset(
    {"boto3", "botocore", "joblib", "numpy", "pandas", "pipelines", "pytest", "sagemaker", "sklearn", "tests"}
)


@dataclass(frozen=True, slots=True)
class Values:
    """The valid values of a project. Names are lower-case words joined by dashes, at most 32 characters.

    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateProject.html
    """

    project: str
    team: str = "data-science"
    description: str = "A model and the pipeline that trains it."

    @property
    def package(self) -> str:
        """The name of the project's Python package."""
        return self.project.replace("-", "_")

    @property
    def data(self) -> dict[str, str]:
        """The variables of the templates."""
        return {**asdict(self), "package": self.package}


def validate(values: Mapping[str, str]) -> Values:
    """The values of a project; UserError with every problem."""
    names = [field.name for field in fields(Values)]
    problems = [f"project: unknown value '{key}'; {did_you_mean(key, names)}" for key in values if key not in names]
    if "project" not in values:
        problems.append("project: the value 'project' is missing; give the project's name, such as credit-default")
    for key in ("project", "team"):
        problems += _name_problems(key, values[key]) if key in values else []
    problems += _description_problems(values.get("description", ""))
    if problems:
        raise UserError(problems)
    return Values(**values)


def _name_problems(key: str, name: str) -> list[str]:
    if not _NAME.fullmatch(name) or len(name) > _MAX_NAME:
        rule = f"at most {_MAX_NAME} characters, lower-case words joined by dashes"
        return [f"{key}: '{name}' is no {key} name; write {rule}, such as credit-default"]
    package = name.replace("-", "_")
    if key == "project" and (keyword.iskeyword(package) or package in sys.stdlib_module_names | RESERVED):
        return [f"project: '{name}' would hide Python's own '{package}'; choose another name, such as {name}-model"]
    return []


def _description_problems(text: str) -> list[str]:
    if len(text) > _MAX_DESCRIPTION or not text.isprintable():
        return [f"description: it is longer than {_MAX_DESCRIPTION} characters or not one printable line; shorten it"]
    return []
