output "name" {
  description = "Name of the pipeline."
  value       = aws_codepipeline.this.name
}

output "role_names" {
  description = "Step -> role of its build; what it may do besides reading its source is given by the caller."
  value       = { for step, role in aws_iam_role.step : step => role.name }
}

output "role_arns" {
  description = "Step -> ARN of that role."
  value       = { for step, role in aws_iam_role.step : step => role.arn }
}

output "stages" {
  description = "Names of the stages, in their order."
  value       = aws_codepipeline.this.stage[*].name
}
