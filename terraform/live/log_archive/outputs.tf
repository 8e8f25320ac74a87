output "bucket_name" {
  description = "Bucket that receives the audit logs of every account."
  value       = module.log_archive.bucket_name
}

output "bucket_arn" {
  description = "ARN of the bucket."
  value       = module.log_archive.bucket_arn
}

output "key_arn" {
  description = "Key that encrypts the logs."
  value       = module.log_archive.key_arn
}
