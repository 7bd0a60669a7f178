"""Metric functions and metric classes. They live on the host: a model's predictions are small, and NumPy is exact."""
