"""Where a message goes, learned from examples: features, the model with its readable weights, and the training."""
