output "values" {
  description = "Name -> requested value."
  value       = { for name, quota in aws_servicequotas_service_quota.this : name => quota.value }
}
