"""Model of duration and cost of vending a thousand and ten thousand accounts. Pure except for main().

`python -m scripts.vend.cost_model` updates the tables of docs/scale.md, which names the source of every figure.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from pathlib import Path

from generators.config.files import write_atomically

DOCUMENT = Path("docs") / "scale.md"
START, END = "<!-- model: python -m scripts.vend.cost_model -->", "<!-- end of the model -->"
SIZES = (1_000, 10_000)
BUILDS_AT_ONCE = (20, 60, 200)


@dataclass(frozen=True, slots=True)
class Figure:
    """One input of the model: value, meaning and source."""

    value: float
    meaning: str
    source: str


MEASURED = "measured on 2 cores against the embedded AWS"
ASSUMED = "assumed; measure it in the first week"
FIGURES = {
    "skip": Figure(0.02, "seconds to find that an account is unchanged", "bound of the benchmark"),
    "refresh": Figure(7.5, "seconds of a plan that finds nothing, 68 resources", MEASURED),
    "change": Figure(33.6, "seconds of plan and apply of 68 resources", MEASURED),
    "slowness": Figure(300.0, "seconds that AWS adds to a new account (endpoints, detectors)", ASSUMED),
    "start": Figure(45.0, "seconds until a build's first command (queue, image of 1 GB)", ASSUMED),
    "creation": Figure(180.0, "seconds that Organizations takes for an account", ASSUMED),
    "creations": Figure(5, "accounts that Organizations creates at once", "Organizations quotas"),
    "transitions": Figure(7, "state transitions of an account: its states and its start", "the definition"),
    "transition_rate": Figure(800, "state transitions a second in most regions", "Step Functions quotas"),
    "log_kilobytes": Figure(115, "kilobytes of a build's log", MEASURED),
    "build_minute": Figure(0.005, "US dollars for a begun minute of a small Linux build", "CodeBuild prices"),
    "transition": Figure(0.025 / 1000, "US dollars for a state transition", "Step Functions prices"),
    "event": Figure(1 / 1_000_000, "US dollars for an event", "EventBridge prices"),
    "datum": Figure(0.01 / 1000, "US dollars for a PutMetricData request", "CloudWatch prices"),
    "metric": Figure(0.30, "US dollars for a metric and month", "CloudWatch prices"),
    "log_gigabyte": Figure(0.50, "US dollars for a gigabyte of logs", "CloudWatch prices"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Case:
    """A kind of run: share of accounts that get a build, its seconds, and whether the accounts are created first."""

    title: str
    share: float
    seconds: float
    created: bool = False


def _value(name: str) -> float:
    return FIGURES[name].value


CASES = (
    Case("Nothing changed", 0.0, 0.0),
    Case("One team in a hundred changed", 0.01, _value("change")),
    Case("A module changed: every account", 1.0, _value("change")),
    Case("Drift of every account", 1.0, _value("refresh")),
    Case("Every account is new", 1.0, _value("change") + _value("slowness"), created=True),
)


def builds(case: Case, accounts: int) -> int:
    """The number of accounts that get a build."""
    return ceil(case.share * accounts)


def seconds(case: Case, accounts: int, at_once: int) -> float:
    """Seconds from the merge to the last account: listing, then the slowest of builds, creations and transitions."""
    number = builds(case, accounts)
    build_time = ceil(number / at_once) * (_value("start") + case.seconds) if number else 0.0
    creation_time = ceil(number / _value("creations")) * _value("creation") if case.created else 0.0
    transition_time = number * _value("transitions") / _value("transition_rate")
    return accounts * _value("skip") + max(build_time, creation_time, transition_time)


def dollars(case: Case, accounts: int) -> float:
    """The price of the run in US dollars, without the metric's two series, which AWS charges per month."""
    minutes = ceil((_value("start") + case.seconds) / 60)
    logs = _value("log_kilobytes") / 1024**2 * _value("log_gigabyte")
    each = minutes * _value("build_minute") + _value("transitions") * _value("transition") + _value("event")
    return builds(case, accounts) * (each + _value("datum") + logs)


def format_seconds(time: float) -> str:
    """A duration in a unit that people read easily."""
    for size, name in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if time >= 2 * size:
            return f"{time / size:.1f} {name}"
    return f"{time:.0f} s"


def text() -> str:
    """The tables, as Markdown."""
    columns = [f"{number} builds at once" for number in BUILDS_AT_ONCE]
    lines = _table(
        ["run", "accounts", "builds", *columns, "US dollars"], [_row(case, n) for case in CASES for n in SIZES]
    )
    figures = [[f"{figure.value:g}", figure.meaning, figure.source] for figure in FIGURES.values()]
    prices = " and ".join(f"{number * _value('metric'):,.0f}" for number in SIZES)
    series = f"A metric series for each account would cost {prices} US dollars a month on top."
    return "\n".join([*lines, "", series, "", *_table(["figure", "what it is", "source"], figures)])


def _row(case: Case, accounts: int) -> list[str]:
    times = [format_seconds(seconds(case, accounts, at_once)) for at_once in BUILDS_AT_ONCE]
    return [case.title, f"{accounts:,}", f"{builds(case, accounts):,}", *times, f"{dollars(case, accounts):,.2f}"]


def _table(head: list[str], rows: list[list[str]]) -> list[str]:
    return [f"| {' | '.join(row)} |" for row in [head, ["---"] * len(head), *rows]]


def updated(document: str) -> str:
    """The document with the current tables between its markers."""
    before, _, rest = document.partition(START)
    return f"{before}{START}\n{text()}\n{END}{rest.partition(END)[2]}"


def main() -> None:
    """Update docs/scale.md."""
    write_atomically(DOCUMENT, updated(DOCUMENT.read_text(encoding="utf-8")).encode())


if __name__ == "__main__":
    main()
