output "bucket_name" {
  description = "Bucket that receives the audit logs of every account."
  value       = module.bucket.name
}

output "bucket_arn" {
  description = "ARN of the bucket."
  value       = module.bucket.arn
}

output "key_arn" {
  description = "KMS key that encrypts the logs."
  value       = aws_kms_key.this.arn
}
