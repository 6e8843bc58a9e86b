"""Datasets: the npz layout, its checks, the packaged sample, and the whole MNIST."""
