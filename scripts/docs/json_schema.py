"""JSON schemas of the YAML files for completion in editors, generated from the pydantic classes. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping

from pydantic import BaseModel

from generators.access.roles_schema import MatrixFile, RolesFile
from generators.accounts.team_schema import IpAllocationsFile, TeamFile
from generators.config.controls_schema import ControlsFile
from generators.config.schema import ContractsFile, PackagesFile, PlatformFile
from generators.release.product_schema import ProductFile

FOLDER = "generators/config/schemas"
SCHEMAS: Mapping[str, type[BaseModel]] = {
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
    """File name -> text of the JSON schema."""
    return {f"{name}.schema.json": _text(schema) for name, schema in SCHEMAS.items()}


def _text(model: type[BaseModel]) -> str:
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema"} | model.model_json_schema()
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
