output "boundary_arn" {
  description = "Permissions boundary of every role that a product creates."
  value       = aws_iam_policy.boundary.arn
}

output "execution_role_arns" {
  description = "Profile type -> ARN of its Studio execution role."
  value       = { for type, role in aws_iam_role.studio : type => role.arn }
}
