"""A marked document without its marks, as an editor sees it."""

from hristudio_core.protocol.marked import Mapping, Scalar, Sequence


def plain(node):
    if isinstance(node, Mapping):
        return {name: plain(entry.value) for name, entry in node.entries.items()}
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    assert isinstance(node, Scalar)
    return node.value
