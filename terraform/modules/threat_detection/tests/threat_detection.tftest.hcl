mock_provider "aws" {}

variables {
  name_prefix = "mlops"
  region      = "eu-west-2"
}

run "watches_from_the_first_day" {
  command = plan

  assert {
    condition     = aws_guardduty_detector.this.enable && aws_guardduty_detector_feature.this["S3_DATA_EVENTS"].status == "ENABLED"
    error_message = "the detector is on, for data in S3 too"
  }
  assert {
    condition     = aws_accessanalyzer_analyzer.this.type == "ACCOUNT"
    error_message = "whatever leaves the account shows"
  }
}

run "takes_the_standards_that_it_is_given_and_no_others" {
  command = plan

  variables {
    standards = ["cis-aws-foundations-benchmark/v/3.0.0"]
  }

  assert {
    condition     = [for subscription in aws_securityhub_standards_subscription.this : subscription.standards_arn] == ["arn:aws:securityhub:eu-west-2::standards/cis-aws-foundations-benchmark/v/3.0.0"]
    error_message = "the standard of the region"
  }
  assert {
    condition     = !aws_securityhub_account.this.enable_default_standards
    error_message = "standards are named, never defaulted"
  }
}

run "refuses_what_is_no_region" {
  command = plan

  variables {
    region = "London"
  }

  expect_failures = [var.region]
}
