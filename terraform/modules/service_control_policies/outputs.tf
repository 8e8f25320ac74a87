output "documents" {
  description = "Policy -> the document as AWS gets it."
  value       = local.documents
}

output "ids" {
  description = "Policy -> its id."
  value       = { for policy, made in aws_organizations_policy.this : policy => made.id }
}
