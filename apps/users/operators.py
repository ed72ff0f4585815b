"""The person who runs a command."""

import os
import pwd


def operator() -> str:
    """The login name of whoever runs this process, for the record of decisions."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # a container's user may have no name
        return f"uid {os.getuid()}"
