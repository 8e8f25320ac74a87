output "volume_key_arn" {
  description = "Default KMS key of EBS volumes."
  value       = aws_ebs_default_kms_key.this.key_arn
}
