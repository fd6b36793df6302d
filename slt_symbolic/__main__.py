"""``python -m slt_symbolic``: the command line where its script is not on the path."""

from slt_symbolic.cli import main

main()
