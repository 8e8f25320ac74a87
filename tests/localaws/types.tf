# Every type whose service the embedded AWS holds in its table, and those around them.
data "aws_caller_identity" "me" {}
resource "aws_guardduty_detector" "this" {
  enable                       = true
  finding_publishing_frequency = "FIFTEEN_MINUTES"
}
resource "aws_guardduty_detector_feature" "s3" {
  detector_id = aws_guardduty_detector.this.id
  name        = "S3_DATA_EVENTS"
  status      = "ENABLED"
}
resource "aws_s3_bucket" "trail" {
  bucket        = "types-trail-1"
  force_destroy = true
}
resource "aws_s3_bucket_policy" "trail" {
  bucket = aws_s3_bucket.trail.id
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = ["cloudtrail.amazonaws.com", "config.amazonaws.com"] }, Action = "s3:*", Resource = ["${aws_s3_bucket.trail.arn}/*", aws_s3_bucket.trail.arn] }] })
}
resource "aws_kms_key" "this" {}
resource "aws_iam_role" "config" {
  name               = "types-config"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = ["config.amazonaws.com", "codepipeline.amazonaws.com", "cloudtrail.amazonaws.com", "vpc-flow-logs.amazonaws.com"] }, Action = "sts:AssumeRole" }] })
}
resource "aws_cloudwatch_log_group" "trail" { name = "/types/trail" }
resource "aws_cloudtrail" "this" {
  name                          = "types"
  s3_bucket_name                = aws_s3_bucket.trail.id
  is_multi_region_trail         = true
  enable_log_file_validation    = true
  include_global_service_events = true
  cloud_watch_logs_group_arn    = "${aws_cloudwatch_log_group.trail.arn}:*"
  cloud_watch_logs_role_arn     = aws_iam_role.config.arn
  kms_key_id                    = aws_kms_key.this.arn
  event_selector {
    read_write_type           = "All"
    include_management_events = true
    data_resource {
      type   = "AWS::S3::Object"
      values = ["arn:aws:s3"]
    }
  }
  tags       = { a = "b" }
  depends_on = [aws_s3_bucket_policy.trail]
}
resource "aws_config_configuration_recorder" "this" {
  name     = "default"
  role_arn = aws_iam_role.config.arn
  recording_group {
    all_supported                 = true
    include_global_resource_types = true
  }
}
resource "aws_config_delivery_channel" "this" {
  name           = "default"
  s3_bucket_name = aws_s3_bucket.trail.id
  s3_key_prefix  = "x"
  depends_on     = [aws_config_configuration_recorder.this]
}
resource "aws_config_configuration_recorder_status" "this" {
  name       = aws_config_configuration_recorder.this.name
  is_enabled = true
  depends_on = [aws_config_delivery_channel.this]
}
resource "aws_config_config_rule" "this" {
  for_each = toset(["S3_BUCKET_PUBLIC_READ_PROHIBITED", "CLOUD_TRAIL_ENABLED", "SAGEMAKER_NOTEBOOK_NO_DIRECT_INTERNET_ACCESS"])
  name     = lower(replace(each.key, "_", "-"))
  source {
    owner             = "AWS"
    source_identifier = each.key
  }
  tags       = { a = "b" }
  depends_on = [aws_config_configuration_recorder.this]
}
resource "aws_config_conformance_pack" "this" {
  name          = "types"
  template_body = <<T
Resources:
  IAMPasswordPolicy:
    Properties:
      ConfigRuleName: IAMPasswordPolicy
      Source:
        Owner: AWS
        SourceIdentifier: IAM_PASSWORD_POLICY
    Type: AWS::Config::ConfigRule
T
  depends_on    = [aws_config_configuration_recorder.this]
}
resource "aws_ebs_encryption_by_default" "this" { enabled = true }
resource "aws_ebs_default_kms_key" "this" { key_arn = aws_kms_key.this.arn }
resource "aws_ec2_instance_metadata_defaults" "this" {
  http_tokens                 = "required"
  http_put_response_hop_limit = 1
}
resource "aws_ebs_snapshot_block_public_access" "this" { state = "block-all-sharing" }
resource "aws_s3_account_public_access_block" "this" {
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}
resource "aws_vpc" "this" {
  cidr_block = "10.0.0.0/16"
}
resource "aws_route53_resolver_query_log_config" "this" {
  name            = "types"
  destination_arn = aws_cloudwatch_log_group.trail.arn
  tags            = { a = "b" }
}
resource "aws_route53_resolver_query_log_config_association" "this" {
  resolver_query_log_config_id = aws_route53_resolver_query_log_config.this.id
  resource_id                  = aws_vpc.this.id
}
resource "aws_servicequotas_service_quota" "this" {
  service_code = "sagemaker"
  quota_code   = "L-614BD708"
  value        = 4
}
resource "aws_sns_topic" "this" {
  name              = "types"
  kms_master_key_id = aws_kms_key.this.arn
}
resource "aws_sns_topic_policy" "this" {
  arn    = aws_sns_topic.this.arn
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = { Service = "cloudwatch.amazonaws.com" }, Action = "sns:Publish", Resource = aws_sns_topic.this.arn }] })
}
resource "aws_cloudwatch_metric_alarm" "this" {
  alarm_name          = "types"
  comparison_operator = "GreaterThanOrEqualToThreshold"
  evaluation_periods  = 1
  metric_name         = "x"
  namespace           = "y"
  period              = 300
  statistic           = "Sum"
  threshold           = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.this.arn]
  tags                = { a = "b" }
}
resource "aws_cloudwatch_log_metric_filter" "this" {
  name           = "types"
  pattern        = "{ $.errorCode = \"AccessDenied\" }"
  log_group_name = aws_cloudwatch_log_group.trail.name
  metric_transformation {
    name      = "x"
    namespace = "y"
    value     = "1"
  }
}
resource "aws_cloudwatch_event_rule" "this" {
  name          = "types"
  event_pattern = jsonencode({ source = ["aws.guardduty"] })
}
resource "aws_cloudwatch_event_target" "this" {
  rule = aws_cloudwatch_event_rule.this.name
  arn  = aws_sns_topic.this.arn
}
resource "aws_ecr_repository" "this" {
  name                 = "types"
  image_tag_mutability = "IMMUTABLE"
  image_scanning_configuration { scan_on_push = true }
  encryption_configuration {
    encryption_type = "KMS"
    kms_key         = aws_kms_key.this.arn
  }
}
resource "aws_ecr_lifecycle_policy" "this" {
  repository = aws_ecr_repository.this.name
  policy     = jsonencode({ rules = [{ rulePriority = 1, description = "x", selection = { tagStatus = "untagged", countType = "sinceImagePushed", countUnit = "days", countNumber = 14 }, action = { type = "expire" } }] })
}
resource "aws_ecr_repository_policy" "this" {
  repository = aws_ecr_repository.this.name
  policy     = jsonencode({ Version = "2012-10-17", Statement = [{ Sid = "a", Effect = "Allow", Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.me.account_id}:root" }, Action = ["ecr:BatchGetImage"] }] })
}
resource "aws_ecr_registry_scanning_configuration" "this" {
  scan_type = "BASIC"
  rule {
    scan_frequency = "SCAN_ON_PUSH"
    repository_filter {
      filter      = "*"
      filter_type = "WILDCARD"
    }
  }
}
resource "aws_ecr_registry_policy" "this" {
  policy = jsonencode({ Version = "2012-10-17", Statement = [{ Sid = "a", Effect = "Allow", Principal = { AWS = "arn:aws:iam::${data.aws_caller_identity.me.account_id}:root" }, Action = ["ecr:ReplicateImage"], Resource = "arn:aws:ecr:eu-west-2:${data.aws_caller_identity.me.account_id}:repository/*" }] })
}
resource "aws_ecr_replication_configuration" "this" {
  replication_configuration {
    rule {
      destination {
        region      = "eu-west-1"
        registry_id = data.aws_caller_identity.me.account_id
      }
    }
  }
}
resource "aws_s3_bucket" "locked" {
  bucket              = "types-locked"
  object_lock_enabled = true
}
resource "aws_s3_bucket_object_lock_configuration" "locked" {
  bucket = aws_s3_bucket.locked.id
  rule {
    default_retention {
      mode = "GOVERNANCE"
      days = 5
    }
  }
}
resource "aws_securityhub_account" "this" {
  enable_default_standards  = false
  control_finding_generator = "SECURITY_CONTROL"
  auto_enable_controls      = true
}
resource "aws_securityhub_standards_subscription" "this" {
  for_each      = toset(["arn:aws:securityhub:eu-west-2::standards/aws-foundational-security-best-practices/v/1.0.0", "arn:aws:securityhub:eu-west-2::standards/cis-aws-foundations-benchmark/v/3.0.0"])
  standards_arn = each.key
  depends_on    = [aws_securityhub_account.this]
}
resource "aws_accessanalyzer_analyzer" "this" {
  analyzer_name = "types"
  type          = "ACCOUNT"
  tags          = { a = "b" }
}
resource "aws_accessanalyzer_archive_rule" "this" {
  analyzer_name = aws_accessanalyzer_analyzer.this.analyzer_name
  rule_name     = "own"
  filter {
    criteria = "isPublic"
    eq       = ["false"]
  }
}
resource "aws_budgets_budget" "this" {
  name         = "month"
  budget_type  = "COST"
  limit_amount = "5000"
  limit_unit   = "USD"
  time_unit    = "MONTHLY"
  notification {
    comparison_operator        = "GREATER_THAN"
    threshold                  = 80
    threshold_type             = "PERCENTAGE"
    notification_type          = "ACTUAL"
    subscriber_email_addresses = ["a@bank.example"]
  }
  notification {
    comparison_operator       = "GREATER_THAN"
    threshold                 = 100
    threshold_type            = "PERCENTAGE"
    notification_type         = "FORECASTED"
    subscriber_sns_topic_arns = [aws_sns_topic.this.arn]
  }
  cost_filter {
    name   = "Region"
    values = ["eu-west-2"]
  }
  tags = { a = "b" }
}
resource "aws_codeartifact_domain" "this" {
  domain         = "bank"
  encryption_key = aws_kms_key.this.arn
  tags           = { a = "b" }
}
resource "aws_codeartifact_domain_permissions_policy" "this" {
  domain          = aws_codeartifact_domain.this.domain
  policy_document = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = "*", Action = "codeartifact:GetAuthorizationToken", Resource = "*", Condition = { StringEquals = { "aws:PrincipalOrgID" = "o-1" } } }] })
}
resource "aws_codeartifact_repository" "quarantine" {
  domain     = aws_codeartifact_domain.this.domain
  repository = "quarantine"
  external_connections { external_connection_name = "public:pypi" }
}
resource "aws_codeartifact_repository" "approved" {
  domain      = aws_codeartifact_domain.this.domain
  repository  = "approved"
  description = "x"
  upstream { repository_name = aws_codeartifact_repository.quarantine.repository }
  tags = { a = "b" }
}
resource "aws_codeartifact_repository_permissions_policy" "this" {
  domain          = aws_codeartifact_domain.this.domain
  repository      = aws_codeartifact_repository.approved.repository
  policy_document = jsonencode({ Version = "2012-10-17", Statement = [{ Effect = "Allow", Principal = "*", Action = "codeartifact:ReadFromRepository", Resource = "*" }] })
}
resource "aws_codeconnections_connection" "this" {
  name          = "git"
  provider_type = "GitHub"
}
resource "aws_codestarconnections_connection" "this" {
  name          = "git"
  provider_type = "GitHub"
}
resource "aws_codepipeline" "this" {
  name          = "release"
  role_arn      = aws_iam_role.config.arn
  pipeline_type = "V2"
  artifact_store {
    location = aws_s3_bucket.trail.bucket
    type     = "S3"
    encryption_key {
      id   = aws_kms_key.this.arn
      type = "KMS"
    }
  }
  stage {
    name = "Source"
    action {
      name             = "Source"
      category         = "Source"
      owner            = "AWS"
      provider         = "CodeStarSourceConnection"
      version          = "1"
      output_artifacts = ["source"]
      configuration    = { ConnectionArn = aws_codeconnections_connection.this.arn, FullRepositoryId = "bank/mlops", BranchName = "main" }
    }
  }
  stage {
    name = "Check"
    action {
      name            = "Check"
      category        = "Build"
      owner           = "AWS"
      provider        = "CodeBuild"
      version         = "1"
      input_artifacts = ["source"]
      configuration   = { ProjectName = "check" }
    }
  }
  stage {
    name = "Approve"
    action {
      name     = "Approve"
      category = "Approval"
      owner    = "AWS"
      provider = "Manual"
      version  = "1"
    }
  }
  tags = { a = "b" }
}
