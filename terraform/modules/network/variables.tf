variable "name_prefix" {
  description = "Prefix of names, from platform.yaml."
  type        = string
}

variable "region" {
  description = "Region of the network."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "region is a region such as eu-west-2."
  }
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
    "codeartifact.api", "codeartifact.repositories", "codebuild", "codecommit", "codeconnections.api", "codepipeline",
    "ecr.api", "ecr.dkr", "elasticfilesystem", "elasticmapreduce", "emr-serverless", "emr-serverless-services.livy", "events",
    "git-codecommit", "kms", "logs", "monitoring", "sagemaker.api", "sagemaker.runtime", "secretsmanager", "sns", "ssm", "states", "sts",
  ]
}

variable "organization_id" {
  description = "The organisation whose principals and resources the endpoints serve."
  type        = string

  validation {
    condition     = can(regex("^o-[a-z0-9]{10,32}$", var.organization_id))
    error_message = "organization_id is the organisation's id, such as o-a1b2c3d4e5."
  }
}

variable "flow_logs" {
  description = "Key and days of the flow logs' log group."
  type = object({
    key_arn        = string
    retention_days = number
  })
}

variable "join" {
  description = "The bank's transit gateway, the blocks behind it and its resolver rules; empty means none."
  type = object({
    transit_gateway_id = string
    on_premises_cidrs  = list(string)
    resolver_rule_ids  = list(string)
  })
  default = { transit_gateway_id = "", on_premises_cidrs = [], resolver_rule_ids = [] }

  validation {
    condition     = alltrue([for block in var.join.on_premises_cidrs : can(cidrhost(block, 0)) && block != "0.0.0.0/0"])
    error_message = "join.on_premises_cidrs holds blocks of the bank's network such as 10.0.0.0/8, never 0.0.0.0/0."
  }
}
