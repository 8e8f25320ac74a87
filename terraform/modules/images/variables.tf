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

variable "organization_id" {
  description = "Organisation whose accounts may pull."
  type        = string

  validation {
    condition     = can(regex("^o-[a-z0-9]{10,32}$", var.organization_id))
    error_message = "organization_id is the organisation's id, such as o-a1b2c3d4e5."
  }
}

variable "key_arn" {
  description = "Customer key of the images."
  type        = string

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:kms:", var.key_arn))
    error_message = "key_arn is the ARN of a KMS key."
  }
}

variable "repositories" {
  description = "Names of the repositories, without the prefix."
  type        = set(string)

  validation {
    condition     = length(var.repositories) > 0 && alltrue([for name in var.repositories : can(regex("^[a-z][a-z0-9-]{1,60}$", name))])
    error_message = "repositories holds at least one name of lower-case letters, digits and dashes, such as training."
  }
}

variable "contracts" {
  description = "Image -> SSM path under which its build publishes address and digest."
  type        = map(string)
  default     = {}

  validation {
    condition     = length(setsubtract(keys(var.contracts), var.repositories)) == 0
    error_message = "contracts names an image that has no repository; add it to repositories (terraform/images) or take it out of contracts.yaml."
  }
}

variable "replicate_to" {
  description = "Further regions that get every image; empty in all regions but the home region."
  type        = set(string)
  default     = []

  validation {
    condition     = length(var.replicate_to) <= 25
    error_message = "ECR replicates to at most 25 regions."
  }
}

variable "kept" {
  description = "How many images a repository keeps before the oldest goes."
  type        = number
  default     = 200

  validation {
    condition     = var.kept >= 50
    error_message = "kept is at least 50: a year of weekly builds, because accounts may run old images."
  }
}
