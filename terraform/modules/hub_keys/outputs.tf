output "arns" {
  description = "Class of data -> ARN of its key."
  value       = { for name, key in aws_kms_key.this : name => key.arn }
}
