resource "aws_kms_key" "this" {
  description             = "Audit logs of every account"
  enable_key_rotation     = true
  deletion_window_in_days = 30
  policy = templatefile("${path.module}/policies/key.json", {
    account_id      = var.account_id
    organization_id = var.organization_id
  })
}

resource "aws_kms_alias" "this" {
  name          = "alias/${var.bucket_name}"
  target_key_id = aws_kms_key.this.key_id
}
