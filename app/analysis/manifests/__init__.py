"""Package manifests: who the package is, what it needs, which commands it gives."""
