output "machine_arn" {
  description = "ARN of the state machine; redrive its failed executions."
  value       = aws_sfn_state_machine.this.arn
}

output "bucket_name" {
  description = "Bucket to which a merge uploads source.zip, then accounts.jsonl, and which keeps the results."
  value       = module.bucket.name
}

output "event_source" {
  description = "Source of the events and namespace of the metrics of vended accounts."
  value       = var.name
}

output "image_repository_arn" {
  description = "ARN of the repository of the vending image."
  value       = local.repository_arn
}
