output "rules" {
  description = "Names of the Config rules."
  value       = [for rule in aws_config_config_rule.this : rule.name]
}
