"""The author's edits in the story: text added to a product's files, as a person would. Writes files only."""

from __future__ import annotations

from pathlib import Path

from generators.release.version import Bump, Version

_OUTPUT = '    kit.add_output(t, "Region", "Region that the environment runs in", Ref("AWS::Region"))\n'
_TOPIC = (
    "    from troposphere import sns\n\n"
    '    key = kit.contract(t, "spoke", "data_key_arn")\n'
    '    t.add_resource(sns.Topic("Alerts", TopicName="mlops-alerts", KmsMasterKeyId=key, Tags=kit.tags(t)))\n'
)


def add_output(checkout: Path) -> str:
    """A harmless MINOR: one output more. Gives the version."""
    return _release(checkout, _OUTPUT, "The environment's region as an output.")


def ask_too_much(checkout: Path) -> str:
    """A topic: it passes every check, and no launch role in the accounts may create it yet. Gives the version."""
    return _release(checkout, _TOPIC, "A topic for alerts.")


def _release(checkout: Path, code: str, news: str) -> str:
    folder = checkout / "products" / "studio_environment"
    template, facts, changes = (folder / name for name in ("template.py", "product.yaml", "CHANGELOG.md"))
    before = _declared(facts)
    after = str(Version.parse(before).after(Bump.MINOR))
    template.write_text(template.read_text(encoding="utf-8") + code, encoding="utf-8")
    _replace(facts, f'version: "{before}"', f'version: "{after}"')
    _replace(changes, f"## {before}\n", f"## {after}\n\n{news}\n\n## {before}\n")
    return after


def _declared(facts: Path) -> str:
    line = next(line for line in facts.read_text(encoding="utf-8").splitlines() if line.startswith("version:"))
    return line.split('"')[1]


def _replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{path.name} does not hold {old!r} once"
    path.write_text(text.replace(old, new), encoding="utf-8")
