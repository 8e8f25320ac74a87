mock_provider "aws" {}

variables {
  name_prefix = "mlops"
  regions     = ["eu-west-2"]
  log_bucket  = "mlops-logs"
  targets = {
    root        = { id = "r-abcd", policies = ["regions", "membership", "audit_trail", "sharing"] }
    development = { id = "ou-abcd-development", policies = ["baseline", "sagemaker"] }
    suspended   = { id = "ou-abcd-suspended01", policies = ["suspended"] }
  }
}

run "attaches_each_policy_where_it_is_named" {
  command = plan

  assert {
    condition = { for key, made in aws_organizations_policy_attachment.this : key => made.target_id } == {
      "root/regions"         = "r-abcd", "root/membership" = "r-abcd", "root/audit_trail" = "r-abcd", "root/sharing" = "r-abcd",
      "development/baseline" = "ou-abcd-development", "development/sagemaker" = "ou-abcd-development",
      "suspended/suspended"  = "ou-abcd-suspended01",
    }
    error_message = "a policy is attached elsewhere"
  }

  assert {
    condition     = alltrue([for policy in aws_organizations_policy.this : policy.type == "SERVICE_CONTROL_POLICY" && length(policy.content) <= 5120])
    error_message = "AWS would refuse a policy"
  }

  assert {
    condition     = alltrue([for policy in aws_organizations_policy.this : alltrue([for s in jsondecode(policy.content).Statement : s.Effect == "Deny"])])
    error_message = "a service control policy of ours only denies; what is allowed stays FullAWSAccess"
  }
}

run "writes_the_regions_into_the_fence" {
  command = plan

  variables {
    regions = ["eu-west-2", "eu-west-1"]
  }

  assert {
    condition     = jsondecode(output.documents["regions"]).Statement[0].Condition.StringNotEquals["aws:RequestedRegion"] == ["eu-west-1", "eu-west-2"]
    error_message = "the fence must stand around the platform's regions"
  }
}

run "lets_the_named_roles_work_and_protects_them" {
  command = plan

  variables {
    platform_roles = ["platform-terraform"]
  }

  assert {
    condition     = jsondecode(output.documents["suspended"]).Statement[0].Condition.ArnNotLike["aws:PrincipalArn"] == ["arn:aws:iam::*:role/platform-terraform"]
    error_message = "only the platform's role works in a suspended account"
  }

  assert {
    condition     = contains(jsondecode(output.documents["baseline"]).Statement[0].Resource, "arn:aws:iam::*:role/platform-terraform")
    error_message = "who may change the platform's role is above everything"
  }
}

run "takes_no_target_at_all" {
  command = plan

  variables {
    targets = {}
  }

  assert {
    condition     = length(aws_organizations_policy_attachment.this) == 0 && length(aws_organizations_policy.this) > 0
    error_message = "policies can be made before they are attached"
  }
}

run "refuses_a_fifth_policy" {
  command = plan

  variables {
    targets = { root = { id = "r-abcd", policies = ["regions", "membership", "audit_trail", "sharing", "baseline"] } }
  }

  expect_failures = [var.targets]
}

run "refuses_a_policy_that_has_no_file" {
  command = plan

  variables {
    targets = { root = { id = "r-abcd", policies = ["region"] } }
  }

  expect_failures = [var.targets]
}

run "refuses_a_fence_without_regions" {
  command = plan

  variables {
    regions = []
  }

  expect_failures = [var.regions]
}

run "refuses_to_put_everybody_above_the_policies" {
  command = plan

  variables {
    platform_roles = ["*"]
  }

  expect_failures = [var.platform_roles]
}

run "refuses_a_policy_that_aws_would_find_too_long" {
  command = plan

  variables {
    protected_roles = [for n in range(200) : "a-role-with-a-rather-long-name-${n}"]
  }

  expect_failures = [aws_organizations_policy.this["baseline"]]
}

run "refuses_to_protect_every_role_there_is" {
  command = plan

  variables {
    protected_roles = ["*"]
  }

  expect_failures = [var.protected_roles]
}

run "refuses_a_bucket_name_that_s3_refuses" {
  command = plan

  variables {
    log_bucket = "*"
  }

  expect_failures = [var.log_bucket]
}

run "refuses_a_prefix_that_matches_everything" {
  command = plan

  variables {
    name_prefix = "*"
  }

  expect_failures = [var.name_prefix]
}
