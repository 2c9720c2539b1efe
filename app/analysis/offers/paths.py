"""Paths of routes that are said in two places."""


def joined(prefix: str, path: str) -> str:
    """Join what a class and its method say of a path."""
    if not prefix.strip("/"):
        whole = path
    elif not path.strip("/"):
        whole = prefix
    else:
        whole = f"{prefix.rstrip('/')}/{path.lstrip('/')}"
    return whole if whole.startswith("/") else f"/{whole}"
