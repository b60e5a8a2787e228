"""What can be wrong with telling others."""


class LibraryMissingError(Exception):
    """Somebody is to be told how it goes, and what tells them is not installed."""

    def __init__(self, variable: str) -> None:
        super().__init__(
            f"{variable} is set, and the libraries for it are not installed: "
            "pip install 'hristudio-packages[telemetry]', or unset it"
        )
        self.variable = variable
