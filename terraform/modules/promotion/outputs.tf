output "role_arn" {
  description = "The account's promotion role."
  value       = aws_iam_role.this.arn
}

output "target_role_arns" {
  description = "The only roles that development's role may take: first pre-production, then production."
  value       = local.arns.targets
}
