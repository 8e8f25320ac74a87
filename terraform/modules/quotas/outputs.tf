output "values" {
  description = "Name -> value that was asked for."
  value       = { for name, quota in aws_servicequotas_service_quota.this : name => quota.value }
}
