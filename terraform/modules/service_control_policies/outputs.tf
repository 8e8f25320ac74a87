output "documents" {
  description = "Policy -> its document (JSON)."
  value       = local.documents
}

output "ids" {
  description = "Policy -> id."
  value       = { for policy, made in aws_organizations_policy.this : policy => made.id }
}
