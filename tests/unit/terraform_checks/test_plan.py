"""Plans are read as Terraform tells them: what is known, what is known later, what refers to what."""

from generators.terraform_checks import plan
from generators.terraform_checks.configuration import steps
from generators.terraform_checks.plan import UNKNOWN
from tests.unit.terraform_checks import case_files

BLOCK = "aws_s3_bucket_public_access_block"


def described(*resources, configuration=None):
    """Resources as (address, values) in one module, with a configuration."""
    return {
        "planned_values": {
            "root_module": {
                "child_modules": [
                    {
                        "resources": [
                            {"address": address, "mode": "managed", "type": steps(address)[-2][0], "values": values}
                            for address, values in resources
                        ]
                    }
                ]
            }
        },
        "resource_changes": [
            {"address": address, "change": {"after_unknown": {"bucket": "bucket" not in values}}}
            for address, values in resources
        ],
        "configuration": {"root_module": configuration or {}},
    }


def beside(found, at=0):
    return [it.address for it in found.referring(found.of("aws_s3_bucket")[at], BLOCK, "bucket")]


def refers(to, **more):
    return {"expressions": {"bucket": {"references": [to]}}, **more}


def calls(**modules):
    return {"module_calls": {name: {"module": it} for name, it in modules.items()}}


def test_what_is_written_and_not_known_is_unknown_and_what_aws_computes_is_nothing():
    content = case_files.document({"aws_kms_key.a": {"policy": "?", "enable_key_rotation": True}})
    content["resource_changes"][0]["change"]["after_unknown"]["arn"] = True
    key = plan.read(content).resources[0]
    assert (key.at("policy"), key.at("enable_key_rotation"), key.at("arn")) == (UNKNOWN, True, None)


def test_a_value_inside_a_block_may_be_unknown_alone():
    content = case_files.document({"aws_lb.a": {"access_logs": [{"bucket": "?", "enabled": True}]}})
    balancer = plan.read(content).resources[0]
    assert balancer.at("access_logs", "bucket") is UNKNOWN
    assert balancer.at("access_logs", "enabled") is True
    assert balancer.at("access_logs", "bucket", "name") is UNKNOWN
    assert balancer.at("none", "such") is None


def test_data_sources_are_no_resources():
    content = case_files.document({"aws_kms_key.a": {}})
    content["planned_values"]["root_module"]["resources"][0]["mode"] = "data"
    assert plan.read(content).resources == ()


def test_a_state_has_resources_without_a_configuration():
    values = {"aws_s3_bucket.a": {"id": "a", "bucket": "a"}, f"{BLOCK}.a": {"bucket": "a"}}
    content = {"values": case_files.document(values)["planned_values"]}
    assert beside(plan.read(content)) == [f"{BLOCK}.a"]


def test_keys_tell_instances_apart():
    kinds = ("aws_s3_bucket", BLOCK)
    held = [f'module.x["{outer}"].{kind}.a["{key}"]' for outer in "pq" for kind in kinds for key in "mn"]
    inside = [
        {"address": "aws_s3_bucket.a", "expressions": {"bucket": {}}},
        {
            "address": f"{BLOCK}.a",
            **refers("each.value.id"),
            "for_each_expression": {"references": ["aws_s3_bucket.a"]},
        },
    ]
    found = plan.read(described(*((it, {}) for it in held), configuration=calls(x={"resources": inside})))
    assert [beside(found, at) for at in range(4)] == [[it] for it in held if BLOCK in it]


def test_a_key_that_is_written_out_means_that_instance_alone():
    inside = [
        {"address": "aws_s3_bucket.a", "expressions": {"bucket": {}}},
        {"address": f"{BLOCK}.a", **refers('aws_s3_bucket.a["m.1"].id')},
    ]
    held = ['module.x.aws_s3_bucket.a["m.1"]', 'module.x.aws_s3_bucket.a["n"]', f"module.x.{BLOCK}.a"]
    found = plan.read(described(*((it, {}) for it in held), configuration=calls(x={"resources": inside})))
    assert [beside(found, at) for at in range(2)] == [[held[2]], []]


def test_a_reference_is_followed_through_variables_and_outputs():
    makes = {
        "resources": [{"address": "aws_s3_bucket.a", "expressions": {"bucket": {}}}],
        "outputs": {"name": {"expression": {"references": ["aws_s3_bucket.a.bucket", "aws_s3_bucket.a"]}}},
    }
    closes = {"resources": [{"address": f"{BLOCK}.a", **refers("var.bucket")}]}
    root = calls(makes=makes, closes=closes)
    root["module_calls"]["closes"]["expressions"] = {"bucket": {"references": ["module.makes.name", "module.makes"]}}
    held = ("module.makes.aws_s3_bucket.a", f"module.closes.{BLOCK}.a")
    found = plan.read(described(*((it, {}) for it in held), configuration=root))
    assert beside(found) == [f"module.closes.{BLOCK}.a"]
    assert found.has_reference(found.of(BLOCK)[0], "bucket", "aws_s3_bucket")
    assert not found.unresolved(BLOCK, "bucket")


def test_what_refers_to_another_is_not_beside_one_of_the_same_name():
    values = {
        "aws_s3_bucket.a": {"bucket": "same"},
        "aws_s3_bucket.b": {"bucket": "same"},
        f"{BLOCK}.b": {"bucket": "@aws_s3_bucket.b.bucket"},
    }
    found = plan.read(case_files.document(values))
    assert [beside(found, at) for at in range(2)] == [[], [f"{BLOCK}.b"]]
