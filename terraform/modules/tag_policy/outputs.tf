output "id" {
  description = "Id of the policy."
  value       = aws_organizations_policy.this.id
}
