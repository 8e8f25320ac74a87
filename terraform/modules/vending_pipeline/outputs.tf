output "machine_arn" {
  description = "The state machine; redrive its failed executions."
  value       = aws_sfn_state_machine.this.arn
}

output "bucket_name" {
  description = "Where the merge writes source.zip and then accounts.jsonl, and where results lie."
  value       = aws_s3_bucket.this.bucket
}

output "event_source" {
  description = "Source of the events, and namespace of the metrics, of vended accounts."
  value       = var.name
}

output "image_repository_arn" {
  description = "Repository of the image in which accounts are vended."
  value       = local.repository_arn
}
