"""Mistakes in template.py: one message that names file, line and fix, the exit code, and no traceback."""

from __future__ import annotations

import pytest

PY = "products/note_book/template.py"

# the author's edit: (file, old text, new text, message); LINE is the line of the new text
MISTAKES = {
    "a template that raises": (
        PY,
        '"Handle")',
        '"Handle", Nope=1)',
        f"{PY}:8: AttributeError: AWS::CloudFormation::WaitConditionHandle object does not support attribute Nope; ",
    ),
    "a template with a wrong type": (PY, "MinValue=1", 'MinValue="a"', f"{PY}:7: ValueError: "),
    "a template that is no Python": (
        PY,
        "def build():",
        "def build(:",
        f"{PY}:5: SyntaxError: invalid syntax (template.py, line 5); correct the template",
    ),
    "a template that ends the process": (PY, "    return t", "    raise SystemExit(3)", f"{PY}:10: SystemExit: 3; "),
    "a template that imports nothing": (
        PY,
        "def build",
        "import nothing\n\n\ndef build",
        f"{PY}:5: ModuleNotFoundError: ",
    ),
    "a template without build": (
        PY,
        "def build()",
        "def make()",
        f"{PY}: there is no build(); write build() -> Template",
    ),
    "a template that returns nothing": (
        PY,
        "    return t\n",
        "",
        f"{PY}: build() returns NoneType; return a troposphere Template",
    ),
    "an unknown contract": (
        PY,
        "    return t",
        "    from generators.config import contracts\n    from generators.release import build_context\n\n"
        '    contracts.find(build_context.current().root, "spoke", "vpc")\n    return t',
        f"{PY}:13: unknown contract 'vpc' in scope 'spoke'; did you mean 'vpc_id'?",
    ),
    "an unknown contract scope": (
        PY,
        "    return t",
        "    from generators.config import contracts\n    from generators.release import build_context\n\n"
        '    contracts.find(build_context.current().root, "spok", "vpc_id")\n    return t',
        f"{PY}:13: unknown contract scope 'spok'; did you mean 'spoke'?",
    ),
    "a template over the size": (
        PY,
        'Description="A place for notes"',
        'Metadata={"Text": "x" * 1_000_000}',
        f"{PY}: the template has 1,000,",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_in_template_is_one_message_with_file_line_and_fix(repository, mistake):
    repository.refuses(*MISTAKES[mistake])
