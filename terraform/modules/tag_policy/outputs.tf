output "id" {
  description = "The policy."
  value       = aws_organizations_policy.this.id
}
