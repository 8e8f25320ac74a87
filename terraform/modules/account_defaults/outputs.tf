output "volume_key_arn" {
  description = "Key of volumes that name none."
  value       = aws_ebs_default_kms_key.this.key_arn
}
