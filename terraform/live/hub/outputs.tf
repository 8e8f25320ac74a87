# Literal keys, so that a test can compare them with contracts.yaml.
output "contracts" {
  description = "Key of scope hub in contracts.yaml -> value; each spoke writes it as an SSM parameter."
  value = {
    studio_image_uri         = "${module.ecr_repositories.urls["studio"]}@${local.platform.hub.studio_image_digest}"
    model_monitor_image_uri  = "${module.ecr_repositories.urls["model-monitor"]}@${local.platform.hub.model_monitor_image_digest}"
    clarify_image_uri        = "${module.ecr_repositories.urls["clarify"]}@${local.platform.hub.clarify_image_digest}"
    processing_image_uri     = module.ecr_repositories.published["processing"]
    training_image_uri       = module.ecr_repositories.published["training"]
    inference_image_uri      = module.ecr_repositories.published["inference"]
    package_index_domain     = local.platform.hub.package_index.domain
    package_index_repository = local.platform.hub.package_index.repository
    package_index_account    = var.account_id
    release_bucket           = module.release_bucket.name
  }
}

output "studio_repository_url" {
  description = "URL of the repository of the Studio image."
  value       = module.ecr_repositories.urls["studio"]
}

output "images" {
  description = "Image -> URI with the digest of its latest published build."
  value       = module.ecr_repositories.published
}
