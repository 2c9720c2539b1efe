"""XML that declares nothing: no document type, and so no entity that could grow."""

from xml.etree import ElementTree
from xml.etree.ElementTree import Element


def parse(text: str) -> Element | None:
    """Parse a document; None for a broken one and for one with a document type."""
    if "<!" in text.replace("<!--", "").replace("<![CDATA[", ""):
        return None
    try:
        return ElementTree.fromstring(text.lstrip("\ufeff"))  # noqa: S314 - it declares no entity
    except ElementTree.ParseError:
        return None


def child(element: Element | None, name: str) -> Element | None:
    """Find a child by its name, whatever namespace it is in."""
    return next((one for one in element or () if _local(one) == name), None)


def children(element: Element | None, name: str) -> list[Element]:
    """Find all children of a name."""
    return [one for one in element or () if _local(one) == name]


def child_text(element: Element | None, name: str) -> str:
    """Return a child's text."""
    found = child(element, name)
    return (found.text or "").strip() if found is not None else ""


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]
