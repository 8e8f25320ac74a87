output "project_names" {
  description = "Image -> name of its build."
  value       = { for image, project in aws_codebuild_project.this : image => project.name }
}
