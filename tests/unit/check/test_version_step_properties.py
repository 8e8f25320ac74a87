"""Properties of the version step between any two templates."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from generators.check.compatibility.version_step import version_step
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
    {
        "Type": st.sampled_from(["AWS::S3::Bucket", "AWS::SageMaker::Domain", "AWS::SNS::Topic", "Custom::Thing"]),
        "Properties": st.dictionaries(st.sampled_from(["BucketName", "AuthMode", "Tags", "Text"]), values),
    },
    optional={
        # An absent policy is Delete, and absent properties are none: another spelling is no difference.
        "DeletionPolicy": st.sampled_from(["Retain", "Snapshot", "RetainExceptOnCreate"]),
        "Condition": names,
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
# A new parameter that refuses its own default is another case.
parameters_without_limits = st.fixed_dictionaries(
    {"Type": st.sampled_from(["String", "Number", "List<Number>", "AWS::SSM::Parameter::Value<String>"])},
    optional={"Default": st.integers(), "NoEcho": st.booleans()},
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
    assert version_step(template, template).changes == ()


@given(templates, templates)
def test_every_difference_is_a_step(old, new):
    empty: dict[str, Any] = {"Parameters": {}, "Resources": {}, "Outputs": {}}
    assert (version_step(old, new).bump is Bump.NONE) == (empty | old == empty | new)


@given(templates, names, parameters_without_limits)
def test_adding_and_removing_a_parameter_depends_on_who_enters_it(template, name, parameter):
    without_parameter = template | {
        "Parameters": {k: v for k, v in template.get("Parameters", {}).items() if k != name}
    }
    with_parameter = template | {"Parameters": without_parameter["Parameters"] | {name: parameter}}
    contract = parameter["Type"].startswith("AWS::SSM")

    assert version_step(with_parameter, without_parameter).bump is (Bump.PATCH if contract else Bump.MAJOR)
    assert version_step(without_parameter, with_parameter).bump is (
        Bump.MINOR if contract or "Default" in parameter else Bump.MAJOR
    )


@given(templates, templates, templates)
def test_a_removed_output_is_major_also_over_a_third_version(old, middle, new):
    removed = set(old.get("Outputs", {})) - set(middle.get("Outputs", {}))
    if removed:
        assert version_step(old, middle).bump is Bump.MAJOR
    if removed - set(new.get("Outputs", {})):
        assert version_step(old, new).bump is Bump.MAJOR
