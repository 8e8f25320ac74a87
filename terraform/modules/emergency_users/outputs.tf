output "arns" {
  description = "Name -> ARN of each emergency user."
  value       = { for name, user in aws_iam_user.this : name => user.arn }
}
