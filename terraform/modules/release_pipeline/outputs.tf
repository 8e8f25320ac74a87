output "name" {
  description = "Name of the pipeline."
  value       = aws_codepipeline.this.name
}

output "role_arns" {
  description = "Step -> role of its build; publish is the release role."
  value       = { for step, role in aws_iam_role.step : step => role.arn }
}
