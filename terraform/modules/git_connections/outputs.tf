output "arns" {
  description = "Git provider -> ARN of the connection."
  value       = { for name, connection in aws_codeconnections_connection.this : name => connection.arn }
}
