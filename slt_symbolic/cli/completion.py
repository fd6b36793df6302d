"""The command ``slt-symbolic completion``."""

from __future__ import annotations

import click

_PROGRAM = "slt-symbolic"
_VARIABLE = "_SLT_SYMBOLIC_COMPLETE"


_EPILOG = """\b
To have it in every new shell:
  bash  slt-symbolic completion bash > ~/.slt-symbolic.bash
        echo '. ~/.slt-symbolic.bash' >> ~/.bashrc
  zsh   slt-symbolic completion zsh > ~/.slt-symbolic.zsh
        echo '. ~/.slt-symbolic.zsh' >> ~/.zshrc
  fish  slt-symbolic completion fish > ~/.config/fish/completions/slt-symbolic.fish
"""


@click.command(epilog=_EPILOG)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the script that completes commands, options and files in a shell.

    Exit status: 0, or 2 for another shell.
    """
    from click.shell_completion import get_completion_class

    found = get_completion_class(shell)
    if found is None:
        raise click.UsageError(f"this version of click knows no completion for {shell}")
    root = ctx.find_root().command
    # Without click's own look at the version of the shell: any may read the script later.
    script = found(root, {}, _PROGRAM, _VARIABLE)
    click.echo(script.source_template % script.source_vars())
