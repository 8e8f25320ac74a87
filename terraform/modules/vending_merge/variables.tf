variable "name" {
  description = "Name of the pipeline, and prefix of the names of its resources."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,34}$", var.name))
    error_message = "name is 3 to 35 lower-case letters, digits and dashes: roles and builds are called after it."
  }
}

variable "account_id" {
  description = "Account id of the management account, which alone may create accounts and assume roles in them."
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

variable "source_code" {
  description = "Source of the pipeline: a CodeConnections connection of this account, the repository (owner/name) and the branch."
  type        = object({ connection_arn = string, repository = string, branch = string })
}

variable "image" {
  description = "URI of the vending image with its digest, and the ARN of its repository."
  type        = object({ address = string, repository_arn = string })

  validation {
    condition     = can(regex("@sha256:[0-9a-f]{64}$", var.image.address))
    error_message = "image.address ends with a digest, ...@sha256:...: what was approved is what runs."
  }
}

variable "state_access" {
  description = "Bucket of the Terraform states, IAM role that a build assumes, and the accounts (hub, log archive) that hold it."
  type        = object({ state_bucket = string, role_name = string, account_ids = list(string) })

  validation {
    condition     = length(var.state_access.account_ids) > 0 && alltrue([for id in var.state_access.account_ids : can(regex("^[0-9]{12}$", id))])
    error_message = "state_access.account_ids are the twelve digits of the hub and of the log archive; spokes are entered by the vending pipeline alone."
  }
}

variable "builds" {
  description = "Bucket of the vending pipeline, which receives the account list, and the KMS keys of its data and of the logs."
  type        = object({ bucket_name = string, bucket_arn = string, data_key_arn = string, logs_key_arn = string })
}
