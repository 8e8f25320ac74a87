output "role_arn" {
  description = "ARN of the account's promotion role."
  value       = aws_iam_role.this.arn
}

output "target_role_arns" {
  description = "ARNs of the only roles that the role of development may assume: pre-production, then production."
  value       = local.arns.targets
}
