output "detector_id" {
  description = "The GuardDuty detector."
  value       = aws_guardduty_detector.this.id
}

output "analyzer_arn" {
  description = "The analyser of access from outside."
  value       = aws_accessanalyzer_analyzer.this.arn
}
