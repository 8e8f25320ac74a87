variable "name_prefix" {
  description = "Prefix of resource names, from platform.yaml."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{0,11}$", var.name_prefix))
    error_message = "name_prefix is at most twelve lower-case letters, digits and dashes."
  }
}

variable "standards" {
  description = "Security Hub standards, each as the last part of its ARN."
  type        = set(string)
  default     = ["aws-foundational-security-best-practices/v/1.0.0"]
}

variable "region" {
  description = "Region of the detectors."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "region is a region such as eu-west-2."
  }
}
