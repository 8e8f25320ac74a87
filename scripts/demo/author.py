"""The edits of a product author: text added to a product's files, as a person would. Writes files only."""

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
    """Release a compatible MINOR version with one more output; its version number."""
    return _release(checkout, _OUTPUT, "The environment's region as an output.")


def add_topic(checkout: Path) -> str:
    """Release a version with a topic, which the launch roles may not create yet; its version number."""
    return _release(checkout, _TOPIC, "A topic for alerts.")


def _release(checkout: Path, code: str, change: str) -> str:
    folder = checkout / "products" / "studio_environment"
    template, product_file, changelog = (folder / name for name in ("template.py", "product.yaml", "CHANGELOG.md"))
    old = _declared_version(product_file)
    new = str(Version.parse(old).after(Bump.MINOR))
    template.write_text(template.read_text(encoding="utf-8") + code, encoding="utf-8")
    _replace(product_file, f'version: "{old}"', f'version: "{new}"')
    _replace(changelog, f"## {old}\n", f"## {new}\n\n{change}\n\n## {old}\n")
    return new


def _declared_version(product_file: Path) -> str:
    lines = product_file.read_text(encoding="utf-8").splitlines()
    return next(line for line in lines if line.startswith("version:")).split('"')[1]


def _replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1, f"{path.name} contains {old!r} {text.count(old)} times, not once"
    path.write_text(text.replace(old, new), encoding="utf-8")
