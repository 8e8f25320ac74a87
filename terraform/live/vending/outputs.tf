output "machine_arn" {
  description = "The state machine; redrive its failed executions."
  value       = module.pipeline.machine_arn
}

output "bucket_name" {
  description = "Where a merge writes source.zip and then accounts.jsonl: `python -m scripts.vend list --to`."
  value       = module.pipeline.bucket_name
}

output "alarm_topic_arn" {
  description = "Topic to subscribe to."
  value       = aws_sns_topic.alarms.arn
}
