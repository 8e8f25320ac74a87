output "name" {
  description = "Name of the pipeline."
  value       = module.pipeline.name
}
