"""Programs that a product's builds run from a team's repository: buildspecs and Python modules."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from generators import project_templates
from tests.support import code_permissions

ROOT = Path(__file__).resolve().parents[2]
_PYTHON = re.compile(r"\bpython -m (pipelines\.\w+)")
_IMPORT = re.compile(r"^from (pipelines\.\w+) import", re.MULTILINE)


@cache
def repository(model_type: str) -> Mapping[str, str]:
    """Path -> text of a new repository."""
    return project_templates.render(ROOT, model_type, {"project": "credit-default"})


def buildspecs(buildspec: str) -> tuple[str, ...]:
    """The commands of a build for each model type; an inline buildspec is returned as it is."""
    repositories = [repository(model_type) for model_type in project_templates.MODEL_TYPES]
    texts = [files[buildspec] for files in repositories if buildspec in files]
    return tuple(dict.fromkeys(texts)) or (buildspec,)


def actions(buildspec: str) -> frozenset[str]:
    """The IAM actions of the buildspec's commands and of the programs that they run."""
    names: set[str] = set()
    for text in buildspecs(buildspec):
        names |= code_permissions.of_shell(text)
        for model_type in project_templates.MODEL_TYPES:
            files = repository(model_type)
            for path in modules(files, text):
                names |= code_permissions.of_python(files[path])
    return frozenset(names)


def modules(files: Mapping[str, str], text: str) -> Iterator[str]:
    """Paths of the modules that the commands run, and of the modules of the same package that these import."""
    queue, seen = _PYTHON.findall(text), set[str]()
    while queue:
        path = f"{queue.pop().replace('.', '/')}.py"
        if path not in seen:
            seen.add(path)
            queue += _IMPORT.findall(files[path])
            yield path
