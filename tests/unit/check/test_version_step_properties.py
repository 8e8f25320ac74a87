"""What holds for the step between any two templates."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from generators.check.compatibility.version_step import bump
from generators.release.version import Bump

values = st.recursive(
    st.one_of(st.booleans(), st.integers(), st.sampled_from(["a", "s3:*", "0.0.0.0/0", "/x"])),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.dictionaries(st.sampled_from(["Ref", "Fn::If", "Tags", "KmsKeyId", "Effect", "Action", "Text"]), inner),
    ),
    max_leaves=6,
)
names = st.sampled_from(["A", "B", "C"])
resources = st.fixed_dictionaries(
    {"Type": st.sampled_from(["AWS::S3::Bucket", "AWS::SageMaker::Domain", "AWS::SNS::Topic", "Custom::Thing"])},
    optional={
        "DeletionPolicy": st.sampled_from(["Delete", "Retain", "Snapshot", "RetainExceptOnCreate"]),
        "Condition": names,
        "Properties": st.dictionaries(st.sampled_from(["BucketName", "AuthMode", "Tags", "Text"]), values),
    },
)
parameters = st.fixed_dictionaries(
    {"Type": st.sampled_from(["String", "Number", "List<Number>", "AWS::SSM::Parameter::Value<String>"])},
    optional={
        "Default": st.integers(),
        "AllowedValues": st.lists(st.integers(), min_size=1),
        "MinValue": st.integers(),
        "MaxLength": st.integers(),
        "NoEcho": st.booleans(),
    },
)
templates = st.fixed_dictionaries(
    {},
    optional={
        "Parameters": st.dictionaries(names, parameters),
        "Resources": st.dictionaries(names, resources),
        "Outputs": st.dictionaries(names, st.fixed_dictionaries({"Value": values})),
        "Conditions": st.dictionaries(names, values),
        "Mappings": st.dictionaries(names, values),
    },
)


@given(templates)
def test_no_change_is_no_step(template):
    assert bump(template, template).changes == ()


@given(templates, templates)
def test_every_difference_is_a_step(old, new):
    empty: dict[str, Any] = {"Parameters": {}, "Resources": {}, "Outputs": {}}
    assert (bump(old, new).bump is Bump.NONE) == (empty | old == empty | new)


@given(templates, names, parameters)
def test_giving_and_taking_a_parameter_are_judged_by_who_types_it(template, name, parameter):
    without = template | {"Parameters": {k: v for k, v in template.get("Parameters", {}).items() if k != name}}
    having = template | {"Parameters": without["Parameters"] | {name: parameter}}
    contract = parameter["Type"].startswith("AWS::SSM")

    assert bump(having, without).bump is (Bump.PATCH if contract else Bump.MAJOR)
    assert bump(without, having).bump is (Bump.MINOR if contract or "Default" in parameter else Bump.MAJOR)


@given(templates, templates, templates)
def test_a_way_over_a_third_version_loses_no_removed_output(old, middle, new):
    gone = set(old.get("Outputs", {})) - set(middle.get("Outputs", {}))
    if gone:
        assert bump(old, middle).bump is Bump.MAJOR
    if gone - set(new.get("Outputs", {})):
        assert bump(old, new).bump is Bump.MAJOR
