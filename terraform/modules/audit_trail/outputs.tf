output "log_group_name" {
  description = "Log group of the account's CloudTrail events."
  value       = aws_cloudwatch_log_group.this.name
}

output "trail_arn" {
  description = "ARN of the trail."
  value       = aws_cloudtrail.this.arn
}
