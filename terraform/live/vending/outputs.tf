output "machine_arn" {
  description = "ARN of the state machine; redrive its failed executions."
  value       = module.pipeline.machine_arn
}

output "bucket_name" {
  description = "Bucket to which a merge uploads source.zip, then accounts.jsonl: `python -m scripts.vend list --to`."
  value       = module.pipeline.bucket_name
}

output "alarm_topic_arn" {
  description = "SNS topic of the alarms; operators subscribe to it."
  value       = aws_sns_topic.alarms.arn
}
