"""The archives from which the repositories of new projects are filled: one for each model type. Reads and writes files.

They are files of the product, named by their content, because what a frozen template names must not change with the
project templates: `python -m scripts.project.archives` writes new ones; old ones stay as long as a frozen version
names them.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path

from generators import project_templates

FOLDER = Path("products/ml_project/seeds")
# A name that every team changes in its own time: it is the name of the Python package in the repository.
VALUES = {"project": "team-model", "description": "A model and the pipeline that trains it."}
_CURRENT = "current.json"
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip file knows


def archive(files: Mapping[str, str]) -> bytes:
    """A zip of path -> text. Scripts can be run."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as zipped:
        for path, text in sorted(files.items()):
            info = zipfile.ZipInfo(path, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3  # Unix, so that the mode counts
            info.external_attr = (0o100755 if text.startswith("#!") else 0o100644) << 16
            zipped.writestr(info, text)
    return content.getvalue()


def read_archive(content: bytes) -> dict[str, str]:
    """Path -> text of an archive."""
    with zipfile.ZipFile(io.BytesIO(content)) as zipped:
        return {it: zipped.read(it).decode() for it in zipped.namelist()}


def render_all(root: Path) -> dict[str, dict[str, str]]:
    """Model type -> the files that the project templates give now."""
    return {it: project_templates.render(root, it, VALUES) for it in project_templates.MODEL_TYPES}


def name(model_type: str, files: Mapping[str, str]) -> str:
    """Such as model-chain-0123456789abcdef.zip: by what is in it, since how it is packed depends on the machine."""
    return f"{model_type}-{project_templates.digest(files)[:16]}.zip"


def current(root: Path) -> Mapping[str, str]:
    """Model type -> name of its newest archive."""
    found: Mapping[str, str] = json.loads((root / FOLDER / _CURRENT).read_text(encoding="utf-8"))
    return found


def key(file: str) -> str:
    """Where the release bucket keeps an archive."""
    return f"seeds/{file}"


def write(root: Path) -> tuple[str, ...]:
    """The names of the archives that were not there before."""
    (root / FOLDER).mkdir(parents=True, exist_ok=True)
    names, new = {}, []
    for model_type, files in render_all(root).items():
        names[model_type] = name(model_type, files)
        file = root / FOLDER / names[model_type]
        if not file.exists():
            file.write_bytes(archive(files))
            new.append(file.name)
    (root / FOLDER / _CURRENT).write_text(json.dumps(names, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    return tuple(new)
