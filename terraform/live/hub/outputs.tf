# Literal keys, so that a test can compare them with contracts.yaml.
output "contracts" {
  description = "Key of scope hub -> value that every spoke writes."
  value = {
    studio_image_uri         = "${module.images.urls["studio"]}@${local.platform.hub.studio_image_digest}"
    model_monitor_image_uri  = "${module.images.urls["model-monitor"]}@${local.platform.hub.model_monitor_image_digest}"
    clarify_image_uri        = "${module.images.urls["clarify"]}@${local.platform.hub.clarify_image_digest}"
    processing_image_uri     = module.images.published["processing"]
    training_image_uri       = module.images.published["training"]
    inference_image_uri      = module.images.published["inference"]
    package_index_domain     = local.platform.hub.package_index.domain
    package_index_repository = local.platform.hub.package_index.repository
    package_index_account    = var.account_id
    release_bucket           = module.release_bucket.name
  }
}

output "studio_repository_url" {
  description = "Address of the Studio image."
  value       = module.images.urls["studio"]
}

output "images" {
  description = "Image -> address and digest that its build published last."
  value       = module.images.published
}
