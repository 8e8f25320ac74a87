output "name" {
  description = "Name of the pipeline."
  value       = module.pipeline.name
}

output "role_arns" {
  description = "Step -> ARN of the role of its build; publish is the release role."
  value       = module.pipeline.role_arns
}
