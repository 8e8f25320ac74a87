"""What a team says about its project, checked before anything is rendered. Pure."""

from __future__ import annotations

import keyword
import re
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields

from generators.errors import UserError, did_you_mean

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_LONGEST = 32  # characters of a name: SageMaker's own bound on a project's name
_TEXT = 200  # characters of a description
_TAKEN = frozenset(
    {"boto3", "botocore", "joblib", "numpy", "pandas", "pipelines", "pytest", "sagemaker", "sklearn", "tests"}
)


@dataclass(frozen=True, slots=True)
class Values:
    """A checked project. Names are lower-case words joined by dashes, at most 32 characters.

    https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateProject.html
    """

    project: str
    team: str = "data-science"
    description: str = "A model and the pipeline that trains it."

    @property
    def package(self) -> str:
        """The project's name as Python spells it."""
        return self.project.replace("-", "_")

    @property
    def data(self) -> dict[str, str]:
        """What templates may name."""
        return {**asdict(self), "package": self.package}


def checked(values: Mapping[str, str]) -> Values:
    """The project that the values describe; UserError with every problem."""
    known = [field.name for field in fields(Values)]
    problems = [f"project: unknown value '{key}'; {did_you_mean(key, known)}" for key in values if key not in known]
    if "project" not in values:
        problems.append("project: the value 'project' is missing; give the project's name, such as credit-default")
    for key in ("project", "team"):
        problems += _name_problems(key, values[key]) if key in values else []
    problems += _text_problems(values.get("description", ""))
    if problems:
        raise UserError(problems)
    return Values(**values)


def _name_problems(key: str, name: str) -> list[str]:
    if not _NAME.fullmatch(name) or len(name) > _LONGEST:
        rule = f"at most {_LONGEST} characters, lower-case words joined by dashes"
        return [f"{key}: '{name}' is no {key} name; write {rule}, such as credit-default"]
    package = name.replace("-", "_")
    if key == "project" and (keyword.iskeyword(package) or package in sys.stdlib_module_names | _TAKEN):
        return [f"project: '{name}' would hide Python's own '{package}'; choose another name, such as {name}-model"]
    return []


def _text_problems(text: str) -> list[str]:
    if len(text) > _TEXT or not text.isprintable():
        return [f"description: it is longer than {_TEXT} characters or not one printable line; shorten it"]
    return []
