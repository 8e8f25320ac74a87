output "machine_arn" {
  description = "ARN of the state machine; each execution records one approval."
  value       = aws_sfn_state_machine.this.arn
}

output "role_name" {
  description = "Name of the break-glass role."
  value       = local.role_name
}
