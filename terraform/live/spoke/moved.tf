# Modules that have new names.
moved {
  from = module.promotion
  to   = module.promotion_roles
}

moved {
  from = module.clusters
  to   = module.emr_roles
}

moved {
  from = module.spoke_contract
  to   = module.spoke_ssm_parameters
}

moved {
  from = module.hub_contract
  to   = module.hub_ssm_parameters
}

moved {
  from = module.detection
  to   = module.threat_detection
}

moved {
  from = module.configuration
  to   = module.aws_config
}
