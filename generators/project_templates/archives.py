"""The archives with the first commit of new projects, one for each model type. Reads and writes files.

The name of an archive contains the digest of its files, so that a frozen template keeps its archive when the project
templates change. `python -m scripts.project.archives` writes new archives and the digests of their bytes; an old one
stays as long as a frozen version names it.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path

from generators import project_templates
from generators.config import sha256sums
from generators.config.files import write_atomically

FOLDER = Path("products/ml_project/seeds")
COMMAND = "python -m scripts.project.archives"
# The project is also the name of the Python package in the repository; each team renames it.
VALUES = {"project": "team-model", "description": "A model and the pipeline that trains it."}
_CURRENT = "current.json"
_FILE_PATTERN = r"[a-z0-9-]+-[0-9a-f]{16}\.zip"
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the earliest time that a zip file can store


def archive(files: Mapping[str, str]) -> bytes:
    """A zip file of path -> text. Scripts are executable."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as zipped:
        for path, text in sorted(files.items()):
            info = zipfile.ZipInfo(path, _EPOCH)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3  # Unix, so that the mode is used
            info.external_attr = (0o100755 if text.startswith("#!") else 0o100644) << 16
            zipped.writestr(info, text)
    return content.getvalue()


def read_archive(content: bytes) -> dict[str, str]:
    """Path -> text of the files in an archive."""
    with zipfile.ZipFile(io.BytesIO(content)) as zipped:
        return {path: zipped.read(path).decode() for path in zipped.namelist()}


def render_all(root: Path) -> dict[str, dict[str, str]]:
    """Model type -> the files of the current project templates."""
    return {
        model_type: project_templates.render(root, model_type, VALUES) for model_type in project_templates.MODEL_TYPES
    }


def name(model_type: str, files: Mapping[str, str]) -> str:
    """The file name, such as model-chain-0123456789abcdef.zip. The bytes of a zip file depend on the machine."""
    return f"{model_type}-{project_templates.digest(files)[:16]}.zip"


def current(root: Path) -> Mapping[str, str]:
    """Model type -> file name of its newest archive."""
    names: Mapping[str, str] = json.loads((root / FOLDER / _CURRENT).read_text(encoding="utf-8"))
    return names


def key(file: str) -> str:
    """The key of an archive in the release bucket."""
    return f"seeds/{file}"


def write(root: Path) -> tuple[str, ...]:
    """Write an archive for every model type, and the digests of all; the file names of new archives."""
    folder = root / FOLDER
    sums_path, sums_name = folder / sha256sums.FILE, f"{FOLDER}/{sha256sums.FILE}"
    sums = dict(sha256sums.read(sums_path, sums_name, _FILE_PATTERN, COMMAND))
    names, new_files = {}, []
    for model_type, files in render_all(root).items():
        names[model_type] = name(model_type, files)
        file = folder / names[model_type]
        if not file.exists():
            write_atomically(file, archive(files))
            new_files.append(file.name)
        sums.setdefault(file.name, hashlib.sha256(file.read_bytes()).hexdigest())
    sha256sums.write(sums_path, sorted(sums.items()))
    write_atomically(folder / _CURRENT, f"{json.dumps(names, indent=2, sort_keys=True)}\n".encode())
    return tuple(new_files)
