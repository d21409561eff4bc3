"""The door for a web server and for the `flask` command."""

import gc

gc.disable()  # to load the house leaves no garbage; to look for some is a sixth of the start

from recruiting.app import create_app  # noqa: E402 - see above

app = create_app()
gc.enable()
