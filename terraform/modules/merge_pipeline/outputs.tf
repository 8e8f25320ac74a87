output "name" {
  description = "Name of the pipeline."
  value       = aws_codepipeline.this.name
}

output "role_names" {
  description = "Step -> name of the role of its build; the caller attaches its permissions beyond source and log."
  value       = { for step, role in aws_iam_role.step : step => role.name }
}

output "role_arns" {
  description = "Step -> ARN of the role of its build."
  value       = { for step, role in aws_iam_role.step : step => role.arn }
}

output "stages" {
  description = "Names of the stages, in order."
  value       = aws_codepipeline.this.stage[*].name
}
