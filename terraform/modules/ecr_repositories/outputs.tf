output "urls" {
  description = "Image -> repository URL, without tag or digest."
  value       = { for name, repository in aws_ecr_repository.this : name => repository.repository_url }
}

output "arns" {
  description = "Image -> ARN of its repository."
  value       = { for name, repository in aws_ecr_repository.this : name => repository.arn }
}

output "published" {
  description = "Image -> URI with the digest of its latest published build."
  value       = { for name, parameter in aws_ssm_parameter.published : name => parameter.insecure_value }
}
