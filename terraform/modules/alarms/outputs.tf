output "topic_arn" {
  description = "Topic that tells people."
  value       = aws_sns_topic.this.arn
}
