"""JSON schemas of the YAML files, generated from generators/catalog/shapes.py so that editors complete. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping

from pydantic import BaseModel

from generators.catalog.shapes import (
    ContractsFile,
    IpAllocationsFile,
    PackagesFile,
    PlatformFile,
    ProductFile,
)
from generators.catalog.team_shapes import TeamFile
from generators.controls.shapes import ControlsFile
from generators.roles.shapes import MatrixFile, RolesFile

SHAPES: Mapping[str, type[BaseModel]] = {
    "product": ProductFile,
    "platform": PlatformFile,
    "contracts": ContractsFile,
    "team": TeamFile,
    "ip_allocations": IpAllocationsFile,
    "packages": PackagesFile,
    "roles": RolesFile,
    "matrix": MatrixFile,
    "controls": ControlsFile,
}


def texts() -> Mapping[str, str]:
    """File name -> what the file must hold."""
    return {f"{name}.schema.json": _text(shape) for name, shape in SHAPES.items()}


def _text(shape: type[BaseModel]) -> str:
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema"} | shape.model_json_schema()
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
