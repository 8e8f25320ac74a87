output "bucket_name" {
  description = "Bucket of promoted models."
  value       = module.bucket.name
}

output "role_arn" {
  description = "IAM role of promoted models."
  value       = aws_iam_role.this.arn
}

output "security_group_id" {
  description = "Security group of promoted models."
  value       = aws_security_group.this.id
}
