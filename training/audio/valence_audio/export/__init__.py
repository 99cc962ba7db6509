"""From a PyTorch classifier to a model folder that the model server runs."""
