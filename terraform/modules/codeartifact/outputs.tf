output "domain" {
  description = "Name of the domain."
  value       = aws_codeartifact_domain.this.domain
}

output "domain_arn" {
  description = "ARN of the domain."
  value       = aws_codeartifact_domain.this.arn
}

output "repository" {
  description = "Name of the approved repository."
  value       = aws_codeartifact_repository.approved.repository
}

output "repository_arn" {
  description = "ARN of the approved repository."
  value       = aws_codeartifact_repository.approved.arn
}

output "quarantine_arns" {
  description = "Ecosystem -> ARN of its quarantine repository."
  value       = { for ecosystem, repository in aws_codeartifact_repository.quarantine : ecosystem => repository.arn }
}
