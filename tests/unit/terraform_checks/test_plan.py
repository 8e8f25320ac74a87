"""Reading plans: values, values known after apply, references between resources."""

from generators.terraform_checks.model import plan
from generators.terraform_checks.model.configuration import steps
from generators.terraform_checks.model.plan import UNKNOWN
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


def blocks_of(content, index=0):
    bucket = content.of("aws_s3_bucket")[index]
    return [block.address for block in content.referring(bucket, BLOCK, "bucket")]


def reference(target, **arguments):
    return {"expressions": {"bucket": {"references": [target]}}, **arguments}


def calls(**modules):
    return {"module_calls": {name: {"module": module} for name, module in modules.items()}}


def test_a_configured_value_known_after_apply_is_unknown_and_a_computed_one_is_none():
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
    assert blocks_of(plan.read(content)) == [f"{BLOCK}.a"]


def test_keys_distinguish_instances():
    kinds = ("aws_s3_bucket", BLOCK)
    addresses = [f'module.x["{outer}"].{kind}.a["{key}"]' for outer in "pq" for kind in kinds for key in "mn"]
    resources = [
        {"address": "aws_s3_bucket.a", "expressions": {"bucket": {}}},
        {
            "address": f"{BLOCK}.a",
            **reference("each.value.id"),
            "for_each_expression": {"references": ["aws_s3_bucket.a"]},
        },
    ]
    content = plan.read(
        described(*((address, {}) for address in addresses), configuration=calls(x={"resources": resources}))
    )
    assert [blocks_of(content, index) for index in range(4)] == [[address] for address in addresses if BLOCK in address]


def test_a_reference_with_a_key_refers_to_that_instance_only():
    resources = [
        {"address": "aws_s3_bucket.a", "expressions": {"bucket": {}}},
        {"address": f"{BLOCK}.a", **reference('aws_s3_bucket.a["m.1"].id')},
    ]
    addresses = ['module.x.aws_s3_bucket.a["m.1"]', 'module.x.aws_s3_bucket.a["n"]', f"module.x.{BLOCK}.a"]
    content = plan.read(
        described(*((address, {}) for address in addresses), configuration=calls(x={"resources": resources}))
    )
    assert [blocks_of(content, index) for index in range(2)] == [[addresses[2]], []]


def test_a_reference_is_followed_through_variables_and_outputs():
    child = {
        "resources": [{"address": "aws_s3_bucket.a", "expressions": {"bucket": {}}}],
        "outputs": {"name": {"expression": {"references": ["aws_s3_bucket.a.bucket", "aws_s3_bucket.a"]}}},
    }
    block = {"resources": [{"address": f"{BLOCK}.a", **reference("var.bucket")}]}
    root = calls(child=child, block=block)
    root["module_calls"]["block"]["expressions"] = {"bucket": {"references": ["module.child.name", "module.child"]}}
    addresses = ("module.child.aws_s3_bucket.a", f"module.block.{BLOCK}.a")
    content = plan.read(described(*((address, {}) for address in addresses), configuration=root))
    assert blocks_of(content) == [f"module.block.{BLOCK}.a"]
    assert content.has_reference(content.of(BLOCK)[0], "bucket", "aws_s3_bucket")
    assert not content.unresolved(BLOCK, "bucket")


def test_a_reference_takes_precedence_over_an_equal_name():
    values = {
        "aws_s3_bucket.a": {"bucket": "same"},
        "aws_s3_bucket.b": {"bucket": "same"},
        f"{BLOCK}.b": {"bucket": "@aws_s3_bucket.b.bucket"},
    }
    content = plan.read(case_files.document(values))
    assert [blocks_of(content, index) for index in range(2)] == [[], [f"{BLOCK}.b"]]
