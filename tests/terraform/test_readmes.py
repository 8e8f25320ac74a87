"""The modules' READMEs: their tables are those of the variables and outputs, and what cannot be written is said."""

from pathlib import Path

import pytest

from generators.errors import UserError
from scripts.docs.module_tables import BEGIN, END, modules, readme

ROOT = Path(__file__).resolve().parents[2]
MODULE = """
variable "name" {
  description = "Name | of the thing."
}
variable "size" {
  description = "How large, in GiB."
  default     = 1
}
output "arn" {
  description = "The thing."
  value       = "x"
}
"""
TABLES = """| variable | meaning | required |
|---|---|---|
| `name` | Name \\| of the thing. | yes |
| `size` | How large, in GiB. | no |

| output | meaning |
|---|---|
| `arn` | The thing. |"""


@pytest.fixture
def module(tmp_path):
    """A module `thing` whose README is as one writes it first."""
    folder = tmp_path / "repository" / "modules" / "thing"
    folder.mkdir(parents=True)
    (folder / "main.tf").write_text(MODULE)
    (folder / "README.md").write_text(f"# Thing\n\nMakes a thing.\n\n{BEGIN}\n{END}\n\nMore.\n")
    return folder


@pytest.mark.parametrize("folder", modules(ROOT), ids=lambda folder: folder.name)
def test_a_readme_has_the_tables_of_its_module(folder):
    text = (folder / "README.md").read_text(encoding="utf-8")
    assert text == readme(folder), "run: make docs"
    assert len(text.split(BEGIN, maxsplit=1)[0].split()) > 10, "say what the module makes and what it refuses"


def test_tables_stand_between_the_marks_and_nothing_else_changes(module):
    text = readme(module)
    assert text == f"# Thing\n\nMakes a thing.\n\n{BEGIN}\n{TABLES}\n{END}\n\nMore.\n"
    (module / "README.md").write_text(text)
    assert readme(module) == text, "a second run changes nothing"


@pytest.mark.parametrize(
    ("file", "text", "sentence"),
    [
        ("README.md", "# Thing\n", "repository/modules/thing/README.md: has no place for the tables; write the lines"),
        ("README.md", None, "repository/modules/thing/README.md: missing; say what the module makes"),
        ("main.tf", 'variable "x" {}\n', "repository/modules/thing/main.tf: variable x has no description"),
    ],
)
def test_what_a_readme_lacks_is_told_with_its_file(module, file, text, sentence):
    if text is None:
        (module / file).unlink()
    else:
        (module / file).write_text(text)
    with pytest.raises(UserError) as refused:
        readme(module)
    assert refused.value.problems[0].startswith(sentence)
