"""The model's server: requests go out, answers or a ModelError come back. Knows nothing of threads or marks."""
