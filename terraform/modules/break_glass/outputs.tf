output "machine_arn" {
  description = "The state machine; an execution is the record of one approval."
  value       = aws_sfn_state_machine.this.arn
}

output "role_name" {
  description = "The role that windows are for."
  value       = local.role_name
}
