"""The resources and outputs of two templates for each combination of values that they tell apart. Pure.

An upgrade keeps the values of the parameters, so a resource is compared for every combination that the older template
accepts: a condition or a map that is only written differently changes nothing, one that gives another value does.
https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-conditions.html
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from itertools import product
from math import prod
from typing import Any

from generators.check.compatibility.change import Template, canonical, leaves
from generators.cloudformation.intrinsics import Interpreter
from generators.cloudformation.normal_form import NO_ROW, NormalForm, is_ssm_parameter, section, variable
from generators.cloudformation.property_values import text

Declaration = Mapping[str, Any]
Form = dict[str, Any]  # a declaration in its normal form
Pair = tuple[Form, Form]
ParameterValues = Mapping[str, str]  # identity of a variable -> value
OTHER = "\0"  # stands for every value that nothing compares
_MAX_COMBINATIONS = 1024


class _UnknownError(Exception):
    """A condition that cannot be evaluated here, or too many combinations."""


class _ComparedValues(Interpreter):
    """Collects the values that conditions and maps compare with each variable."""

    def __init__(self, template: Template, form: NormalForm) -> None:
        self._template, self._form = template, form
        self._conditions: set[str] = set()
        self.values: dict[str, set[str]] = defaultdict(set)

    def condition(self, name: Any) -> None:
        if isinstance(name, str) and name not in self._conditions:
            self._conditions.add(name)
            self.evaluate(section(self._template, "Conditions").get(name))

    def if_(self, condition: str, if_true: Any, if_false: Any) -> None:
        self.condition(condition)
        self.evaluate([if_true, if_false])

    def find_in_map(self, map_name: Any, top_key: Any, second_key: Any) -> None:
        self.evaluate([map_name, top_key, second_key])
        rows = section(self._template, "Mappings").get(map_name) if isinstance(map_name, str) else None
        rows = rows if isinstance(rows, Mapping) else {}
        self._compare(top_key, set(rows))
        self._compare(second_key, {key for row in rows.values() if isinstance(row, Mapping) for key in row})

    def call(self, function: str, argument: Any) -> None:
        if function == "Fn::Equals" and isinstance(argument, list):
            constants = set(leaves(self._form.text(argument)))
            for operand in argument:
                self._compare(operand, constants)
        self.evaluate(argument)

    def _compare(self, operand: Any, constants: set[str]) -> None:
        match operand:
            case {"Ref": str(name)}:
                self.values[variable(self._template, name)] |= constants


class Deployments:
    """Two templates and what an upgrade from the older to the newer one compares."""

    def __init__(self, old: Template, new: Template) -> None:
        self.old, self.new = old, new
        before, after = section(old, "Parameters"), section(new, "Parameters")
        self._new_values = {
            name: text(parameter["Default"])
            for name, parameter in after.items()
            if name not in before and "Default" in parameter and not is_ssm_parameter(parameter)
        }
        self.forms = self._forms({})
        self._resource_pairs: dict[str, tuple[Pair, ...]] = {}

    def names(self, section_name: str) -> tuple[str, ...]:
        """The names in a section of either template, sorted."""
        return tuple(sorted(section(self.old, section_name).keys() | section(self.new, section_name).keys()))

    def declarations(self, section_name: str, name: str) -> tuple[Declaration | None, Declaration | None]:
        """The older and the newer declaration of a name; None without one."""
        return section(self.old, section_name).get(name), section(self.new, section_name).get(name)

    @cached_property
    def old_resources(self) -> Mapping[str, Form]:
        """The resources of the older template in their normal form."""
        return {name: self.forms[0].resource(item) for name, item in section(self.old, "Resources").items()}

    @cached_property
    def new_resources(self) -> Mapping[str, Form]:
        """The resources of the newer template in their normal form."""
        return {name: self.forms[1].resource(item) for name, item in section(self.new, "Resources").items()}

    def resources(self, name: str) -> tuple[Pair, ...]:
        """The different pairs of a resource of both templates."""
        if name not in self._resource_pairs:
            pair = self.old_resources[name], self.new_resources[name]
            self._resource_pairs[name] = self._pairs("Resources", name, pair, NormalForm.resource)
        return self._resource_pairs[name]

    def outputs(self, name: str) -> tuple[Pair, ...]:
        """The different pairs of an output of both templates."""
        before, after = section(self.old, "Outputs")[name], section(self.new, "Outputs")[name]
        pair = self.forms[0].output(before), self.forms[1].output(after)
        return self._pairs("Outputs", name, pair, NormalForm.output)

    def may_be_missing(self, before: Declaration, after: Declaration) -> bool:
        """Whether what existed can be missing now for values that the older template accepts.

        A condition that cannot be evaluated counts as a loss.
        """
        first, second = self._existence(self.forms, before, after)
        if second is True or first is False or first == second:
            return False
        try:
            return any(
                self._is_lost(*self._existence(self._forms(values), before, after))
                for values in self._combinations(before, after)
            )
        except _UnknownError:
            return True

    def can_meet(self, before: Declaration, after: Declaration) -> bool:
        """Whether an older declaration and a newer one exist for the same values."""
        try:
            return any(
                False not in self._existence(self._forms(values), before, after)
                for values in self._combinations(before, after)
            )
        except _UnknownError:
            return True

    def _pairs(
        self, section_name: str, name: str, pair: Pair, form: Callable[[NormalForm, Declaration], Form]
    ) -> tuple[Pair, ...]:
        if pair[0] == pair[1]:
            return ()
        before, after = section(self.old, section_name)[name], section(self.new, section_name)[name]
        try:
            pairs = list(self._resolved_pairs(before, after, form))
        except _UnknownError:
            pairs = [pair]
        return tuple({canonical(item): item for item in pairs if item[0] != item[1]}.values())

    def _resolved_pairs(
        self, before: Declaration, after: Declaration, form: Callable[[NormalForm, Declaration], Form]
    ) -> Iterator[Pair]:
        for values in self._combinations(before, after):
            forms = self._forms(values)
            if False not in self._existence(forms, before, after):
                pair = form(forms[0], before), form(forms[1], after)
                if NO_ROW not in leaves(pair[0]):
                    yield pair

    def _forms(self, values: ParameterValues) -> tuple[NormalForm, NormalForm]:
        return NormalForm(self.old, values), NormalForm(self.new, {**self._new_values, **values})

    def _existence(
        self, forms: tuple[NormalForm, NormalForm], before: Declaration, after: Declaration
    ) -> tuple[Any, Any]:
        return forms[0].existence(before), forms[1].existence(after)

    def _is_lost(self, before: Any, after: Any) -> bool:
        if before is False or after is True:
            return False
        if before is True and after is False:
            return True
        raise _UnknownError

    def _combinations(self, before: Declaration, after: Declaration) -> Iterator[ParameterValues]:
        """Values of the variables that decide the two declarations."""
        compared: dict[str, set[str]] = defaultdict(set)
        for template, form, declaration in zip((self.old, self.new), self.forms, (before, after), strict=True):
            collector = _ComparedValues(template, form)
            collector.evaluate(list(declaration.values()))
            if "Condition" in declaration:
                collector.condition(declaration["Condition"])
            for name, values in collector.values.items():
                compared[name] |= values
        domains = {name: self._domain(name, values) for name, values in compared.items()}
        if prod(map(len, domains.values())) > _MAX_COMBINATIONS:
            raise _UnknownError
        return (dict(zip(domains, combination, strict=True)) for combination in product(*domains.values()))

    def _domain(self, name: str, compared: set[str]) -> list[str]:
        """Possible values of a variable: the allowed ones of a parameter, the default of a new one, else any."""
        if name in self._new_values:
            return [self._new_values[name]]
        allowed = section(self.old, "Parameters").get(name, {}).get("AllowedValues")
        return [str(value) for value in text(allowed)] if isinstance(allowed, list) else [*sorted(compared), OTHER]
