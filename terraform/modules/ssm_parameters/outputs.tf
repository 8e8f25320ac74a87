output "paths" {
  description = "Key -> name of its SSM parameter."
  value       = { for key, parameter in aws_ssm_parameter.this : key => parameter.name }
}
