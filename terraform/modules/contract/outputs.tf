output "paths" {
  description = "Key -> SSM path that was written."
  value       = { for key, parameter in aws_ssm_parameter.this : key => parameter.name }
}
