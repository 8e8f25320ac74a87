output "bucket_name" {
  description = "Bucket that takes the audit logs of every account."
  value       = aws_s3_bucket.this.bucket

  depends_on = [aws_s3_bucket_policy.this, aws_s3_bucket_object_lock_configuration.this]
}

output "bucket_arn" {
  description = "ARN of the bucket."
  value       = aws_s3_bucket.this.arn
}

output "key_arn" {
  description = "Key that encrypts the logs."
  value       = aws_kms_key.this.arn
}
