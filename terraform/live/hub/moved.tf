# Modules that have new names.
moved {
  from = module.images
  to   = module.ecr_repositories
}

moved {
  from = module.package_index
  to   = module.codeartifact
}
