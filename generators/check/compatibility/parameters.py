"""Changes of parameters, SSM parameters, rules and outputs. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from generators.check.compatibility.change import Change, Template, is_ssm_parameter
from generators.check.compatibility.conditions import may_be_missing
from generators.release.version import Bump

Parameter = Mapping[str, Any]

# A higher lower limit, or a lower upper limit, allows fewer values.
_LOWER_LIMITS = ("MinLength", "MinValue")
_UPPER_LIMITS = ("MaxLength", "MaxValue")


def parameters(old: Template, new: Template) -> Iterator[Change]:
    """Parameters that are added, removed or changed; a contract is a parameter with its value in SSM."""
    before, after = old.get("Parameters", {}), new.get("Parameters", {})
    for name in sorted({*before, *after}):
        if name not in after:
            yield _removed(name, before[name])
        elif name not in before:
            yield _added(name, after[name])
        elif before[name] != after[name]:
            yield from _changed(name, before[name], after[name])


def rules(old: Template, new: Template) -> Iterator[Change]:
    """Rules that are added, removed or changed; a new or changed rule may refuse values that were accepted."""
    before, after = old.get("Rules", {}), new.get("Rules", {})
    for name in sorted({*before, *after}):
        if name not in after:
            yield Change("parameter", name, f"rule '{name}' is gone: more is accepted", Bump.MINOR)
        elif before.get(name) != after[name]:
            yield Change("parameter", name, f"rule '{name}' may refuse what was accepted", Bump.MAJOR)


def outputs(old: Template, new: Template) -> Iterator[Change]:
    """Outputs that are added, removed or changed."""
    before, after = old.get("Outputs", {}), new.get("Outputs", {})
    for name in sorted({*before, *after}):
        if name not in after:
            yield Change("output", name, f"output '{name}' is removed", Bump.MAJOR)
        elif name not in before:
            yield Change("output", name, f"output '{name}' is new", Bump.MINOR)
        elif before[name] != after[name]:
            yield _changed_output(name, (old, new), before[name], after[name])
        elif may_be_missing(old, new, before[name], after[name]):
            yield _may_be_absent(name)


def _removed(name: str, parameter: Parameter) -> Change:
    if is_ssm_parameter(parameter):
        return Change("parameter", name, f"contract {parameter.get('Default', name)} is no longer read", Bump.PATCH)
    return Change("parameter", name, f"parameter '{name}' is removed", Bump.MAJOR)


def _added(name: str, parameter: Parameter) -> Change:
    if is_ssm_parameter(parameter):
        return Change("parameter", name, f"contract {parameter.get('Default', name)} is newly read", Bump.MINOR)
    if "Default" in parameter:
        return Change("parameter", name, f"parameter '{name}' is new and has a default", Bump.MINOR)
    return Change("parameter", name, f"parameter '{name}' is new and required", Bump.MAJOR)


def _changed(name: str, old: Parameter, new: Parameter) -> Iterator[Change]:
    if is_ssm_parameter(old) and is_ssm_parameter(new):
        yield _contract_changed(name, old, new)
        return
    comparisons = (_type, _default, _values, _pattern, _limits, _no_echo)
    changes = [change for compare in comparisons for change in compare(name, old, new)]
    yield from changes
    if not changes:
        yield Change("parameter", name, f"parameter '{name}' is described or preset differently", Bump.PATCH)


def _contract_changed(name: str, old: Parameter, new: Parameter) -> Change:
    """No user enters the value of a contract, so its limits do not count; its path and type do."""
    before, after = (f"{parameter.get('Default')} as {parameter['Type']}" for parameter in (old, new))
    if before != after:
        return Change("parameter", name, f"parameter '{name}' reads {after} instead of {before}", Bump.MINOR)
    return Change("parameter", name, f"contract '{name}' is described differently", Bump.PATCH)


def _type(name: str, old: Parameter, new: Parameter) -> Iterator[Change]:
    before, after = old["Type"], new["Type"]
    if before == after:
        return
    wider = (after == "String" and "List" not in before) or (after == "CommaDelimitedList" and "List" in before)
    bump = Bump.MINOR if wider and not is_ssm_parameter(old) else Bump.MAJOR
    yield Change("parameter", name, f"parameter '{name}' becomes {after} instead of {before}", bump)


def _default(name: str, old: Parameter, new: Parameter) -> Iterator[Change]:
    if "Default" in old and "Default" not in new:
        yield Change("parameter", name, f"parameter '{name}' loses its default and is required", Bump.MAJOR)
    if "Default" in new and "Default" not in old:
        yield Change("parameter", name, f"parameter '{name}' has a default now", Bump.MINOR)


def _values(name: str, old: Parameter, new: Parameter) -> Iterator[Change]:
    before, after = old.get("AllowedValues"), new.get("AllowedValues")
    if before == after:
        return
    removed = [value for value in before or () if value not in (after or before or ())]
    if before is None:
        yield Change("parameter", name, f"parameter '{name}' is narrowed to {_list(after)}", Bump.MAJOR)
    elif removed:
        yield Change("parameter", name, f"parameter '{name}' no longer allows {_list(removed)}", Bump.MAJOR)
    elif after is None:
        yield Change("parameter", name, f"parameter '{name}' allows any value now", Bump.MINOR)
    elif added := [value for value in after if value not in before]:
        yield Change("parameter", name, f"parameter '{name}' also allows {_list(added)}", Bump.MINOR)


def _pattern(name: str, old: Parameter, new: Parameter) -> Iterator[Change]:
    before, after = old.get("AllowedPattern"), new.get("AllowedPattern")
    if before == after:
        return
    if after is None:
        yield Change("parameter", name, f"parameter '{name}' has no pattern any more", Bump.MINOR)
    elif before is not None and str(after).startswith(f"{before}|"):  # it must match the whole value
        yield Change("parameter", name, f"the pattern of '{name}' also accepts {after[len(before) + 1 :]}", Bump.MINOR)
    else:
        yield Change("parameter", name, f"the pattern of '{name}' may refuse what was accepted", Bump.MAJOR)


def _limits(name: str, old: Parameter, new: Parameter) -> Iterator[Change]:
    for key in (*_LOWER_LIMITS, *_UPPER_LIMITS):
        before, after = old.get(key), new.get(key)
        if before == after:
            continue
        bump = Bump.MAJOR if _narrower(key, before, after) else Bump.MINOR
        yield Change("parameter", name, f"{key} of '{name}' is {_text(after)} instead of {_text(before)}", bump)


def _narrower(key: str, before: Any, after: Any) -> bool:
    if before is None or after is None:
        return before is None
    return float(after) > float(before) if key in _LOWER_LIMITS else float(after) < float(before)


def _no_echo(name: str, old: Parameter, new: Parameter) -> Iterator[Change]:
    if old.get("NoEcho") and not new.get("NoEcho"):
        yield Change("security", name, f"parameter '{name}' is shown in plain text now", Bump.MAJOR)


def _changed_output(name: str, templates: tuple[Template, Template], old: Template, new: Template) -> Change:
    if "Export" in old and old["Export"] != new.get("Export"):
        return Change("output", name, f"output '{name}' is no longer exported under its name", Bump.MAJOR)
    if may_be_missing(*templates, old, new):
        return _may_be_absent(name)
    if "Export" in new and "Export" not in old:
        return Change("output", name, f"output '{name}' is exported now", Bump.MINOR)
    return Change("output", name, f"output '{name}' has another value or description", Bump.PATCH)


def _may_be_absent(name: str) -> Change:
    return Change("output", name, f"output '{name}' may be absent now", Bump.MAJOR)


def _list(values: Any) -> str:
    return ", ".join(str(value) for value in values)


def _text(value: Any) -> str:
    return "unset" if value is None else str(value)
