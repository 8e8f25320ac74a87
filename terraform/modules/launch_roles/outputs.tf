output "arns" {
  description = "Product folder -> ARN of its launch role."
  value       = { for product, role in aws_iam_role.this : product => role.arn }
}
