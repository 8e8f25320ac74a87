output "arns" {
  description = "Data class (data, models, secrets, logs) -> ARN of its key."
  value       = { for class, key in aws_kms_key.this : class => key.arn }
}
