variable "name_prefix" {
  description = "Prefix of names, from platform.yaml."
  type        = string
}

variable "account_id" {
  description = "The hub account."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "account_id is twelve digits."
  }
}

variable "region" {
  description = "Region of the pipeline, the home region."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "region is a region such as eu-west-2."
  }
}

variable "operator_role" {
  description = "Role of the hub by which a person may take on the release role."
  type        = string
}

variable "source_code" {
  description = "Where merges come from: a CodeConnections connection, the repository (owner/name) and the branch."
  type        = object({ connection_arn = string, repository = string, branch = string })

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:(codeconnections|codestar-connections):[a-z0-9-]+:[0-9]{12}:connection/[0-9a-f-]+$", var.source_code.connection_arn))
    error_message = "source_code.connection_arn is the ARN of a CodeConnections connection; make one in the hub account, accept it at the Git provider, and write its ARN to platform.yaml."
  }

  validation {
    condition     = can(regex("^[^/\\s]+(/[^/\\s]+)+$", var.source_code.repository)) && length(trimspace(var.source_code.branch)) > 0
    error_message = "source_code.repository is owner/name, and branch is not empty."
  }
}

variable "release_bucket" {
  description = "ARNs of the release bucket in every region."
  type        = object({ arns = list(string) })
}

variable "bucket" {
  description = "Build bucket that keeps the artifacts."
  type        = object({ name = string, arn = string })
}

variable "key_arns" {
  description = "Customer keys: data for artifacts, logs for the log group."
  type        = object({ data = string, logs = string })
}

variable "package_index" {
  description = "The package index, which only a release fills."
  type        = object({ domain = string, domain_arn = string, repository = string, repository_arn = string, quarantine_arns = map(string) })
}
