"""Limits of file size and line length that ruff does not check."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def _lines(*patterns: str) -> int:
    files = {path for pattern in patterns for path in ROOT.glob(pattern)}
    return sum(len(path.read_text(encoding="utf-8").splitlines()) for path in files)


def test_the_embedded_aws_has_at_most_20_350_lines():
    assert _lines("scripts/localaws/**/*.py") <= 20_350


def test_the_embedded_aws_has_one_clock():
    """Only `core/clock.py` reads the time; the daemon and its state file are no part of AWS."""
    root = ROOT / "scripts" / "localaws"
    files = {path for path in root.rglob("*.py") if "datetime.now(" in path.read_text("utf-8")}
    assert {str(path.relative_to(root)) for path in files} == {"core/clock.py", "server/daemon.py", "server/server.py"}


def test_no_file_of_python_is_over_300_lines():
    long = [path for folder in ("generators", "scripts", "products", "tests") for path in (ROOT / folder).rglob("*.py")]
    assert [str(path.relative_to(ROOT)) for path in long if len(path.read_text("utf-8").splitlines()) > 300] == []


def test_no_line_of_yaml_is_over_140_characters():
    """A diff of longer lines cannot be reviewed; a word of more than 100 characters cannot be broken."""
    patterns = ("terraform/*.yaml", "terraform/accounts/*.yaml", "scripts/localaws/**/*.yaml", "tests/recorded/*.yaml")
    files = [path for pattern in patterns for path in ROOT.glob(pattern)]
    lines = [(path.name, line) for path in files for line in path.read_text("utf-8").splitlines() if len(line) > 140]
    assert [(name, line) for name, line in lines if max(map(len, line.split())) <= 100] == []


def test_the_lock_names_no_registry_host():
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in lock
    assert "--hash=sha256:" in lock
