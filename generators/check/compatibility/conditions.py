"""Whether what stood under a condition may be missing after an upgrade. Pure.

Conditions are compared in every case that the older template accepted: a text that is written differently and says
the same loses nothing. What cannot be compared counts as a loss.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-conditions.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

from generators.check.compatibility.change import Template, canonical, is_contract

Case = Mapping[str, str]
_OTHER = "\0"  # stands for every value that no condition names
_MOST = 4096  # cases that are tried


class _UnknownError(Exception):
    """A condition that cannot be decided here."""


def may_be_missing(old: Template, new: Template, before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    """Whether an output or a resource that was there can be absent now, in one of the cases that `old` accepted."""
    if "Condition" not in after:
        return False
    sides = [(old, _asked(before)), (new, _asked(after))]
    if canonical(_written_out(*sides[0])) == canonical(_written_out(*sides[1])):
        return False
    try:
        return any(_holds(*sides[0], case) and not _holds(*sides[1], case) for case in _cases(old, new, sides))
    except _UnknownError:
        return True


def _asked(it: Mapping[str, Any]) -> Any:
    """Its condition as an expression; without one it is there in every case."""
    return {"Condition": it["Condition"]} if "Condition" in it else {"Fn::And": []}


def _written_out(template: Template, asked: Any) -> Any:
    """The expression with the conditions that it names in their place."""
    return [asked, {name: _condition(template, name) for name in sorted(_named(template, asked))}]


def _named(template: Template, asked: Any) -> set[str]:
    wanted, seen = [asked], set[str]()
    while wanted:
        it = wanted.pop()
        if isinstance(it, list):
            wanted += it
        elif isinstance(it, dict):
            wanted += it.values()
            name = it.get("Condition")
            if isinstance(name, str) and name not in seen:
                seen.add(name)
                wanted.append(_condition(template, name))
    return seen


def _condition(template: Template, name: str) -> Any:
    return template.get("Conditions", {}).get(name)


def _cases(old: Template, new: Template, sides: list[tuple[Template, Any]]) -> Iterator[Case]:
    """Every choice of the values that matter, as far as the older template accepted them."""
    compared: dict[str, set[str]] = {}
    for template, asked in sides:
        for name, value in _comparisons(_written_out(template, asked)):
            compared.setdefault(name, set()).add(value)
    values = [_values(old, new, name, texts) for name, texts in compared.items()]
    count = 1
    for it in values:
        count *= len(it)
    if count > _MOST:
        raise _UnknownError
    return (dict(zip(compared, case, strict=True)) for case in product(*values))


def _values(old: Template, new: Template, name: str, compared: set[str]) -> list[str]:
    """What a parameter can be: what was allowed; a new one's default; a contract anything."""
    known, added = old.get("Parameters", {}).get(name), new.get("Parameters", {}).get(name, {})
    anything = [*sorted(compared), _OTHER]
    if is_contract(added if known is None else known):
        return anything
    if known is not None:
        return [str(it) for it in known["AllowedValues"]] if "AllowedValues" in known else anything
    if "Default" not in added:
        raise _UnknownError
    return [str(added["Default"])]


def _comparisons(value: Any) -> Iterator[tuple[str, str]]:
    """Each parameter with each text that it is compared with."""
    if isinstance(value, list):
        for inner in value:
            yield from _comparisons(inner)
    elif isinstance(value, dict):
        if "Fn::Equals" in value:
            yield _sides(value["Fn::Equals"])
        else:
            yield from _comparisons(list(value.values()))


def _sides(sides: Any) -> tuple[str, str]:
    """A parameter and a text, in this order or the other."""
    if isinstance(sides, list) and len(sides) == 2:
        for one, other in (sides, sides[::-1]):
            if isinstance(one, dict) and set(one) == {"Ref"} and not isinstance(other, (dict, list)):
                return str(one["Ref"]), str(other)
    raise _UnknownError


def _holds(template: Template, asked: Any, case: Case, within: tuple[str, ...] = ()) -> bool:
    """`within` are the conditions that are being decided, because one that names itself has no answer."""
    if not isinstance(asked, dict) or len(asked) != 1:
        raise _UnknownError
    [(kind, given)] = asked.items()
    if kind == "Condition" and given not in within:
        return _holds(template, _condition(template, given), case, (*within, given))
    if kind == "Fn::Equals":
        name, value = _sides(given)
        return case[name] == value
    if kind in ("Fn::And", "Fn::Or", "Fn::Not") and isinstance(given, list):
        held = [_holds(template, it, case, within) for it in given]
        return {"Fn::And": all(held), "Fn::Or": any(held), "Fn::Not": held == [False]}[kind]
    raise _UnknownError
