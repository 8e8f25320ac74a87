output "organization_id" {
  description = "Id of the organisation."
  value       = aws_organizations_organization.this.id
}

output "hub_account_id" {
  description = "Account id of the hub."
  value       = aws_organizations_account.platform["hub"].id
}

output "log_archive_account_id" {
  description = "Account id of the log archive."
  value       = aws_organizations_account.platform["log_archive"].id
}

output "spoke_account_ids" {
  description = "Account name -> id."
  value       = { for name, account in aws_organizations_account.spoke : name => account.id }
}

output "unit_arns" {
  description = "Organisational unit -> ARN."
  value       = { for name, unit in aws_organizations_organizational_unit.this : name => unit.arn }
}
