variable "name_prefix" {
  description = "Prefix of names, from platform.yaml."
  type        = string
}

variable "region" {
  description = "Region of the network."
  type        = string
}

variable "address_block" {
  description = "IPv4 block of the account, /16 to /24; a quarter of it goes to each zone."
  type        = string

  validation {
    condition     = can(cidrhost(var.address_block, 0)) && try(tonumber(split("/", var.address_block)[1]) >= 16 && tonumber(split("/", var.address_block)[1]) <= 24, false)
    error_message = "address_block is an IPv4 block from /16 to /24, such as 10.20.0.0/22."
  }
}

variable "zones" {
  description = "Number of availability zones, 2 or 3."
  type        = number
  default     = 2

  validation {
    condition     = contains([2, 3], var.zones)
    error_message = "zones is 2 or 3: Studio needs two for availability and no region promises four."
  }
}

variable "interface_endpoints" {
  description = "AWS services, as in the endpoint's name, that the account's products reach."
  type        = set(string)
  default = [
    "codeartifact.api", "codeartifact.repositories", "ecr.api", "ecr.dkr", "elasticfilesystem", "kms", "logs",
    "sagemaker.api", "sagemaker.runtime", "ssm", "sts",
  ]
}
