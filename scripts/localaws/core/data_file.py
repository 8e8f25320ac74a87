"""Reads the YAML tables of the embedded AWS with libyaml, about fifteen times as fast as a parser in Python."""

from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml

_BOOLEAN = "tag:yaml.org,2002:bool"


class _Loader(yaml.CSafeLoader):
    """YAML 1.1 as PyYAML reads it, except that Yes, No, On and Off are texts and a key appears once."""

    yaml_implicit_resolvers = {
        letter: [row for row in rows if row[0] != _BOOLEAN or letter in "tTfF"]
        for letter, rows in yaml.CSafeLoader.yaml_implicit_resolvers.items()
    }

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """Construct one mapping; ValueError with file and line for a key that appears twice."""
        keys = [key.value for key, _ in node.value]
        if len(set(keys)) < len(keys):
            raise ValueError(f"a key appears twice\n{node.start_mark}")
        return super().construct_mapping(node, deep)


def read(path: Path) -> Any:
    """The content of a table; yaml.YAMLError when the file is not YAML."""
    with path.open(encoding="utf-8") as stream:
        return yaml.load(stream, _Loader)  # noqa: S506 (_Loader is a safe loader)
