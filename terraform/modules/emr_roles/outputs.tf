output "role_arns" {
  description = "service, instance and job -> ARN of the role."
  value       = { for name, role in aws_iam_role.this : name => role.arn }
}

output "instance_profile_name" {
  description = "Instance profile of the cluster instances; it has the name of their role."
  value       = aws_iam_instance_profile.this.name
}
