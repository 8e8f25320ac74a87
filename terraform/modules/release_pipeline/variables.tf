variable "name_prefix" {
  description = "Prefix of resource names, from platform.yaml."
  type        = string
}

variable "account_id" {
  description = "Account id of the hub."
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
  description = "IAM role of the hub with which a person may assume the release role."
  type        = string
}

variable "source_code" {
  description = "Source of the pipeline: a CodeConnections connection of the hub, the repository (owner/name) and the branch."
  type        = object({ connection_arn = string, repository = string, branch = string })
}

variable "release_bucket" {
  description = "ARNs of the release bucket in every region."
  type        = object({ arns = list(string) })
}

variable "image" {
  description = "Image of the builds: URI with its digest, and the ARN of its repository."
  type        = object({ address = string, repository_arn = string })

  validation {
    condition     = can(regex("@sha256:[0-9a-f]{64}$", var.image.address))
    error_message = "image.address ends with a digest, ...@sha256:...: what was approved is what runs."
  }
}

variable "builds" {
  description = "Build bucket, and the customer managed keys of its data and of the logs."
  type        = object({ bucket_name = string, bucket_arn = string, data_key_arn = string, logs_key_arn = string })
}

variable "package_index" {
  description = "CodeArtifact domain and repository of the approved packages, which only a release fills."
  type        = object({ domain = string, domain_arn = string, repository = string, repository_arn = string, quarantine_arns = map(string) })
}
