"""``pinnace demo``: a git push, a dataset upload and a webhook each train a model."""
