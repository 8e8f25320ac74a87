# GuardDuty detects attacks, Access Analyzer external access, Security Hub violations of standards.
resource "aws_guardduty_detector" "this" {
  #checkov:skip=CKV2_AWS_3:Vending puts this module into every account and region; nothing is left to enrol by organisation
  enable                       = true
  finding_publishing_frequency = "FIFTEEN_MINUTES"
}

resource "aws_guardduty_detector_feature" "this" {
  for_each = toset(["S3_DATA_EVENTS"])

  detector_id = aws_guardduty_detector.this.id
  name        = each.value
  status      = "ENABLED"
}

resource "aws_securityhub_account" "this" {
  enable_default_standards  = false
  control_finding_generator = "SECURITY_CONTROL"
}

resource "aws_securityhub_standards_subscription" "this" {
  for_each = var.standards

  standards_arn = "arn:aws:securityhub:${var.region}::standards/${each.value}"

  depends_on = [aws_securityhub_account.this]
}

resource "aws_accessanalyzer_analyzer" "this" {
  analyzer_name = "${var.name_prefix}-access"
  type          = "ACCOUNT"
}
