"""Who works on the command line."""

import os
import pwd


def operator() -> str:
    """The system's name for whoever runs this process, to be written down."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # a container's user may have no name
        return f"uid {os.getuid()}"
