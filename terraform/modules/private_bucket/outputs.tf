output "name" {
  description = "Name of the bucket, known to callers once the bucket is versioned and its policy and its lock are in force."
  value       = aws_s3_bucket.this.bucket

  # S3 refuses access logs for a bucket whose policy does not allow their delivery.
  depends_on = [aws_s3_bucket_object_lock_configuration.this, aws_s3_bucket_policy.this, aws_s3_bucket_versioning.this]
}

output "arn" {
  description = "ARN of the bucket."
  value       = aws_s3_bucket.this.arn
}

output "policy" {
  description = "Bucket policy (JSON)."
  value       = aws_s3_bucket_policy.this.policy
}
