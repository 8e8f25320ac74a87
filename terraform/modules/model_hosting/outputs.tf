output "bucket_name" {
  description = "Bucket of promoted models."
  value       = aws_s3_bucket.this.id
}

output "role_arn" {
  description = "Role that promoted models run under."
  value       = aws_iam_role.this.arn
}

output "security_group_id" {
  description = "Security group of promoted models."
  value       = aws_security_group.this.id
}
