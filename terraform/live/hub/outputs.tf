output "studio_repository_url" {
  description = "Address of the Studio image."
  value       = module.registry.studio_repository_url
}
