"""A local preview of a project: rendered, checked by its own quality stage, run to a trained model."""
