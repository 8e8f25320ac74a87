variable "name_prefix" {
  description = "Prefix of resource names, from platform.yaml."
  type        = string

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,19}$", var.name_prefix))
    error_message = "name_prefix is 2 to 20 lower-case letters, digits and dashes; a connection's name has 32 at most."
  }
}

variable "git_providers" {
  description = "Git providers, by their CodeConnections provider type."
  type        = set(string)
  default     = ["Bitbucket", "GitHub", "GitLab"]

  validation {
    condition     = alltrue([for name in var.git_providers : contains(["Bitbucket", "GitHub", "GitLab"], name)])
    error_message = "git_providers are Bitbucket, GitHub and GitLab; a server of one's own needs a host, which this module does not make."
  }
}
