"""A project as its data scientist meets it: rendered, checked by its own quality stage, run to a trained model."""
