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

variable "regions" {
  description = "Regions in which a build publishes its digest, home region first."
  type        = list(string)

  validation {
    condition     = length(var.regions) > 0
    error_message = "regions names at least the home region."
  }
}

variable "dockerfiles" {
  description = "Path of the folder with one subfolder (with a Dockerfile) per image, and the ARN of the repository of the base images."
  type        = object({ folder = string, base_repository_arn = string })

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:ecr:", var.dockerfiles.base_repository_arn))
    error_message = "dockerfiles.base_repository_arn is the ARN of an ECR repository."
  }
}

variable "images" {
  description = "Image -> repository that it is pushed to, and name of the SSM parameter to which its digest is published."
  type        = map(object({ repository_url = string, repository_arn = string, contract = string }))

  validation {
    condition     = alltrue([for image in var.images : can(regex("^/[a-z0-9-]+(/[a-z0-9-]+)+$", image.contract))])
    error_message = "contract is an SSM path of contracts.yaml, scope images. Wrong for: ${join(", ", [for name, image in var.images : name if !can(regex("^/[a-z0-9-]+(/[a-z0-9-]+)+$", image.contract))])}."
  }
}

variable "package_index" {
  description = "CodeArtifact domain and repository of the approved packages; builds use no other index."
  type        = object({ domain = string, domain_arn = string, repository = string, repository_arn = string })
}

variable "builds" {
  description = "Build bucket, and the customer managed keys of its data and of the logs."
  type        = object({ bucket_name = string, bucket_arn = string, data_key_arn = string, logs_key_arn = string })
}

variable "schedule" {
  description = "EventBridge schedule on which all images are rebuilt."
  type        = string
  default     = "cron(0 3 ? * SUN *)"

  validation {
    condition     = can(regex("^(cron|rate)\\(.+\\)$", var.schedule))
    error_message = "schedule is an EventBridge schedule such as cron(0 3 ? * SUN *) or rate(7 days)."
  }
}
