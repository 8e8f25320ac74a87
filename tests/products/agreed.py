"""What the buildspecs that a product agrees with a team's repository run: files that such a repository begins with."""

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
_SCRIPT = re.compile(r"\bsh (\w+\.sh)")
_ONLY_WITH = re.compile(r'if \[ -n "\$\{(\w+):-\}" \]; then\n(.*?)\n\s*fi\b', re.DOTALL)


@cache
def repository(model_type: str) -> Mapping[str, str]:
    """Path -> text of a new repository."""
    return project_templates.render(ROOT, model_type, {"project": "credit-default"})


def programs(buildspec: str, variables: frozenset[str]) -> tuple[str, ...]:
    """The buildspec's text as a build with these variables runs it, for each model type; itself where it is no file."""
    files = [found[buildspec] for type_ in project_templates.MODEL_TYPES if buildspec in (found := repository(type_))]
    texts = [_ONLY_WITH.sub(lambda item: item[2] if item[1] in variables else "", text) for text in files]
    return tuple(dict.fromkeys(texts)) or (buildspec,)


def used(buildspec: str, variables: frozenset[str]) -> frozenset[str]:
    """The IAM actions of its commands, and of the programs of the repository that they run."""
    found: set[str] = set()
    for text in programs(buildspec, variables):
        found |= code_permissions.of_shell(text)
        for model_type in project_templates.MODEL_TYPES:
            files = repository(model_type)
            found |= {action for path in _SCRIPT.findall(text) for action in code_permissions.of_shell(files[path])}
            found |= {action for module in modules(files, text) for action in code_permissions.of_python(files[module])}
    return frozenset(found)


def modules(files: Mapping[str, str], text: str) -> Iterator[str]:
    """Paths of the modules that the text runs, and of those of the same package that these import."""
    waiting, seen = _PYTHON.findall(text), set[str]()
    while waiting:
        path = f"{waiting.pop().replace('.', '/')}.py"
        if path not in seen:
            seen.add(path)
            waiting += _IMPORT.findall(files[path])
            yield path
