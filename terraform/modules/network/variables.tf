variable "name_prefix" {
  description = "Prefix of resource names, from platform.yaml."
  type        = string
}

variable "region" {
  description = "Region of the VPC."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "region is a region such as eu-west-2."
  }
}

variable "cidr_block" {
  description = "IPv4 CIDR block of the VPC, /16 to /24; each availability zone gets a quarter of it."
  type        = string

  validation {
    condition     = can(cidrhost(var.cidr_block, 0)) && try(tonumber(split("/", var.cidr_block)[1]) >= 16 && tonumber(split("/", var.cidr_block)[1]) <= 24, false)
    error_message = "cidr_block is an IPv4 block from /16 to /24, such as 10.20.0.0/22."
  }
}

variable "availability_zones" {
  description = "Number of availability zones, 2 or 3."
  type        = number
  default     = 2

  validation {
    condition     = contains([2, 3], var.availability_zones)
    error_message = "availability_zones is 2 or 3: Studio needs two for availability and no region promises four."
  }
}

variable "interface_endpoints" {
  description = "AWS services with an interface endpoint, by the last part of the endpoint's service name."
  type        = set(string)
  default = [
    "codeartifact.api", "codeartifact.repositories", "codebuild", "codecommit", "codeconnections.api", "codepipeline",
    "ecr.api", "ecr.dkr", "elasticfilesystem", "elasticmapreduce", "emr-serverless", "emr-serverless-services.livy", "events",
    "git-codecommit", "kms", "logs", "monitoring", "sagemaker.api", "sagemaker.runtime", "secretsmanager", "servicecatalog", "sns", "ssm",
    "states", "sts",
  ]
}

variable "organization_id" {
  description = "Organisation whose principals and resources the endpoints serve."
  type        = string

  validation {
    condition     = can(regex("^o-[a-z0-9]{10,32}$", var.organization_id))
    error_message = "organization_id is the organisation's id, such as o-a1b2c3d4e5."
  }
}

variable "flow_logs" {
  description = "KMS key and retention in days of the flow logs' log group."
  type = object({
    key_arn        = string
    retention_days = number
  })
}

variable "hybrid_connectivity" {
  description = "Transit gateway of the bank, on-premises CIDR blocks behind it, and Route 53 Resolver rules; empty means none."
  type = object({
    transit_gateway_id = string
    on_premises_cidrs  = list(string)
    resolver_rule_ids  = list(string)
  })
  default = { transit_gateway_id = "", on_premises_cidrs = [], resolver_rule_ids = [] }

  validation {
    condition     = alltrue([for block in var.hybrid_connectivity.on_premises_cidrs : can(cidrhost(block, 0)) && block != "0.0.0.0/0"])
    error_message = "hybrid_connectivity.on_premises_cidrs holds blocks of the bank's network such as 10.0.0.0/8, never 0.0.0.0/0."
  }
}
