output "urls" {
  description = "Image -> address without tag or digest."
  value       = { for name, repository in aws_ecr_repository.this : name => repository.repository_url }
}

output "arns" {
  description = "Image -> ARN of its repository."
  value       = { for name, repository in aws_ecr_repository.this : name => repository.arn }
}

output "published" {
  description = "Image -> address with the digest that its build published last."
  value       = { for name, parameter in aws_ssm_parameter.published : name => parameter.insecure_value }
}
