"""`python -m connector` is `playmaker`."""

from connector.cli.app import main

main()
