"""What messages hold, as JSON can hold it."""

from typing import Any


def plain(value: Any) -> Any:
    """Give a field's value as JSON can hold it."""
    if hasattr(value, "get_fields_and_field_types"):
        return {name: plain(getattr(value, name)) for name in value.get_fields_and_field_types()}
    if isinstance(value, bytes):
        # ROS's `byte` is one of these.
        return value[0] if len(value) == 1 else list(value)
    if hasattr(value, "tolist"):
        # array.array, and numpy's arrays and the scalars within them.
        value = value.tolist()
    if isinstance(value, str | bool | int | float):
        return value
    return [plain(item) for item in value]
