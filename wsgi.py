"""The door for a web server and for the `flask` command."""

from recruiting.app import create_app

app = create_app()
