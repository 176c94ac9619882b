"""`python -m sterling` is the command `sterling`."""

from sterling.config.cli import main

main()
