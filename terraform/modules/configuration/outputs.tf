output "rules" {
  description = "Names of the rules that judge the account."
  value       = [for rule in aws_config_config_rule.this : rule.name]
}
