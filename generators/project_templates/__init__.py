"""Renders a team's repository for a model type from products/ml_project/templates. Reads templates, writes nothing.

A model type is a list of layers; a file of a later layer replaces that of an earlier one. In a path, `__package__` is
replaced by the project's Python package and `dot-` by a leading dot. A file that ends in .j2 is a template, others are
copied.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from generators.config import files as config_files
from generators.errors import UserError, did_you_mean
from generators.project_templates.values import RESERVED, Values, validate

FOLDER = "products/ml_project/templates"
LOCK = f"{FOLDER}/common/requirements.lock"
LAYERS: Mapping[str, tuple[str, ...]] = {
    "tabular-classification": ("common", "tabular", "tabular-classification"),
    "tabular-regression": ("common", "tabular", "tabular-regression"),
    "time-series-forecasting": ("common", "time-series-forecasting"),
    "bring-your-own-container": ("common", "tabular", "tabular-classification", "bring-your-own-container"),
    "model-chain": ("common", "tabular", "tabular-regression", "model-chain"),
}
MODEL_TYPES = tuple(LAYERS)
_SUFFIX = ".j2"
_ABOUT = "about.md"  # a layer's part of the README


def render(root: Path, model_type: str, values: Mapping[str, str]) -> dict[str, str]:
    """Path -> text of every file of the project, sorted by path; equal values give equal files.

    `values`: project (its name), team, description. UserError for an unknown model type or an invalid value.
    """
    if model_type not in LAYERS:
        raise UserError(f"model type: there is no '{model_type}'; {did_you_mean(model_type, LAYERS)}")
    project, folder = validate(values), root / FOLDER
    environment = _environment(folder)
    about = f"{LAYERS[model_type][-1]}/{_ABOUT}"
    variables = {**project.data, "model_type": model_type, "about": about, "reserved": sorted(RESERVED)}
    sources = {_target(path, project): f"{layer}/{path}" for layer, path in _sources(folder, LAYERS[model_type])}
    return {target: _text(environment, folder, sources[target], variables) for target in sorted(sources)}


def digest(files: Mapping[str, str]) -> str:
    """The digest of a rendered project, so that two renders can be compared."""
    return config_files.digest((path, text.encode()) for path, text in sorted(files.items()))


@lru_cache(maxsize=4)  # it keeps the compiled templates, and compiles a changed file again
def _environment(folder: Path) -> Environment:
    return Environment(  # noqa: S701 no HTML; values are checked, and written into code with tojson
        loader=FileSystemLoader(folder),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _sources(folder: Path, layers: tuple[str, ...]) -> list[tuple[str, str]]:
    """Layer and path of every file, in the order of the layers."""
    return [
        (layer, path.relative_to(folder / layer).as_posix())
        for layer in layers
        for path in sorted((folder / layer).rglob("*"))
        if path.is_file() and path.name != _ABOUT and "__pycache__" not in path.parts
    ]


def _target(path: str, project: Values) -> str:
    parts = path.removesuffix(_SUFFIX).replace("__package__", project.package).split("/")
    return "/".join(f".{part.removeprefix('dot-')}" if part.startswith("dot-") else part for part in parts)


def _text(environment: Environment, folder: Path, source: str, variables: Mapping[str, object]) -> str:
    if source.endswith(_SUFFIX):
        return environment.get_template(source).render(variables)
    return (folder / source).read_text(encoding="utf-8")
