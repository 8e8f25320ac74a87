output "log_group_name" {
  description = "Log group with the account's calls, for alarms."
  value       = aws_cloudwatch_log_group.this.name
}

output "trail_arn" {
  description = "The trail."
  value       = aws_cloudtrail.this.arn
}
