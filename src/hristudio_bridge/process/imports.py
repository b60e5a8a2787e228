"""Puts off what ROS imports at every start and a bridge hardly ever uses: 16 MB and 0.2 s.

* numpy: the module of every message with an array of fixed size imports it, though only a Python object of
  such a message needs it, and samples stay serialised here. It comes with the first that does.
* the generator of message code, with a parser generator below it: `rosidl_generator_py` imports it beside the
  one function that the messages want.
"""

import importlib.util
import sys
import threading
from typing import Any

GENERATOR = "rosidl_generator_py.generate_py_impl"


def put_off_numpy() -> None:
    """Let numpy come when it is needed; call it before the first node is made."""
    defer("numpy")


def put_off_generator() -> None:
    """Never load the generator of message code; call it before the first node is made."""
    # None makes an import fail, see importlib's documentation; the importer is ready for that
    sys.modules.setdefault(GENERATOR, None)  # type: ignore[arg-type] # typeshed does not know of None here


def defer(name: str) -> None:
    """Let `import name` give a module that is loaded when something of it is asked for.

    `importlib.util.LazyLoader` would load it with the next `import name`, which looks at the module's spec.
    """
    spec = importlib.util.find_spec(name) if name not in sys.modules else None
    if spec is None or spec.loader is None:
        return
    loader, lock = spec.loader, threading.RLock()
    module = importlib.util.module_from_spec(spec)
    # without a path it must be loaded before anything below it can be imported
    path = module.__dict__.pop("__path__", None)

    def load(attribute: str) -> Any:
        with lock:
            if module.__dict__.get("__getattr__") is load:
                del module.__getattr__
                if path is not None:
                    module.__path__ = path
                loader.exec_module(module)
        return getattr(module, attribute)

    module.__getattr__ = load  # type: ignore[method-assign] # PEP 562
    sys.modules[name] = module
