output "detector_id" {
  description = "Id of the GuardDuty detector."
  value       = aws_guardduty_detector.this.id
}

output "analyzer_arn" {
  description = "ARN of the external access analyzer."
  value       = aws_accessanalyzer_analyzer.this.arn
}
