"""What the commands of the command line do; :mod:`slt_symbolic.cli` only reads their options."""
