"""The JSON schemas that editors read."""

from __future__ import annotations

import json

import pytest

from scripts.docs import json_schema
from tests.unit.conftest import REPOSITORY


@pytest.mark.parametrize("name", json_schema.texts())
def test_a_schema_is_the_one_of_the_shapes(name):
    text = (REPOSITORY / "generators/config/schemas" / name).read_text(encoding="utf-8")
    assert text == json_schema.texts()[name], "renew it with: make docs"
    assert json.loads(text)["$schema"].startswith("https://json-schema.org/")
