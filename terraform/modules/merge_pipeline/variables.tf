variable "name" {
  description = "Name of the pipeline, and prefix of its builds."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{2,39}$", var.name))
    error_message = "name is 3 to 40 lower-case letters, digits and dashes: roles and builds are called after it."
  }
}

variable "account_id" {
  description = "Account of the pipeline."
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
  description = "Source of the pipeline: a CodeConnections connection, the repository (owner/name) and the branch."
  type        = object({ connection_arn = string, repository = string, branch = string })

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:(codeconnections|codestar-connections):[a-z0-9-]+:[0-9]{12}:connection/[0-9a-f-]+$", var.source_code.connection_arn))
    error_message = "source_code.connection_arn is the ARN of a CodeConnections connection; make one in the pipeline's account, accept it at the Git provider, and write its ARN to platform.yaml."
  }

  validation {
    condition     = can(regex("^[^/\\s]+(/[^/\\s]+)+$", var.source_code.repository)) && length(trimspace(var.source_code.branch)) > 0
    error_message = "source_code.repository is owner/name, and branch is not empty."
  }
}

variable "steps" {
  description = "Builds in order. `approval` is the text of a manual approval before the step; empty means none. `principals` are further roles that may assume the role of the step."
  type = list(object({
    name        = string
    about       = string
    role_name   = string
    buildspec   = string
    environment = optional(map(string), {})
    approval    = optional(string, "")
    principals  = optional(list(string), [])
  }))

  validation {
    condition     = length(var.steps) > 0 && alltrue([for step in var.steps : can(regex("^[a-z][a-z-]*$", step.name))])
    error_message = "steps needs at least one step, and a step's name is lower-case letters and dashes."
  }

  validation {
    condition     = length(distinct(var.steps[*].name)) == length(var.steps) && length([for step in var.steps : step if step.approval != ""]) == 1
    error_message = "steps have different names, and exactly one of them waits for an approval."
  }
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
  description = "Artifact bucket, and the customer managed keys of its data and of the logs."
  type        = object({ bucket_name = string, bucket_arn = string, data_key_arn = string, logs_key_arn = string })
}
