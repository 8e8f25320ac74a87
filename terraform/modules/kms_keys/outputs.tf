output "arns" {
  description = "Data class -> ARN of its key."
  value       = { for class, key in aws_kms_key.this : class => key.arn }
}
