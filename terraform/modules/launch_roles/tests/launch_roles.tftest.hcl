mock_provider "aws" {}

variables {
  products_dir = "./tests/products"
  account_id   = "111122223333"
  grants       = { region = "eu-west-2" }
}

run "names_the_role_as_the_product_does_and_fences_its_trust" {
  command = plan

  assert {
    condition     = aws_iam_role.this["sample_product"].name == "launch-sample-product"
    error_message = "the launch constraint names this role"
  }

  assert {
    condition     = jsondecode(aws_iam_role.this["sample_product"].assume_role_policy).Statement[0].Principal.Service == "servicecatalog.amazonaws.com"
    error_message = "only Service Catalog may launch"
  }

  assert {
    condition     = jsondecode(aws_iam_role.this["sample_product"].assume_role_policy).Statement[0].Condition.StringEqualsIfExists["aws:SourceAccount"] == "111122223333"
    error_message = "the trust must be fenced to the own account"
  }
}

run "fills_the_placeholders_of_the_launch_policy" {
  command = plan

  assert {
    condition     = jsondecode(aws_iam_role_policy.this["sample_product"].policy).Statement[0].Resource == "arn:aws:sns:eu-west-2:111122223333:mlops-*"
    error_message = "a placeholder is left in the policy"
  }
}

run "gives_no_right_in_the_hub" {
  command = plan

  variables {
    grants = null
  }

  assert {
    condition     = length(aws_iam_role_policy.this) == 0 && length(aws_iam_role.this) == 1
    error_message = "in the hub the role has a name and no right"
  }
}

run "refuses_an_account_that_is_none" {
  command = plan

  variables {
    account_id = "1234"
  }

  expect_failures = [var.account_id]
}
