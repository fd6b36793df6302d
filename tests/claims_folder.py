"""Proof files for the tests of the ledger, written into a temporary folder."""

HEAD = """\
import os, sys, time
import sympy
from flint import arb
from slt_symbolic.claims import Claim, Corrected, Source, Verdict

x = sympy.Symbol("x")

def make(id, expected, document="004", **more):
    return Claim(id=id, title=f"title of {id}", statement="x^2 \\\\ge 0", plain="It is.",
                 source=Source(document=document, place="Example"), expected=expected, **more)
"""

PROVED = """
claim = make("{id}", Verdict.PROVED, uses={uses})

@claim.step("expand", derivation="$(x+1)^2$")
def expand(evidence):
    evidence.identity("binomial", (x + 1) ** 2 - x**2 - 2 * x - 1)
"""


def proved(claim_id, uses=()):
    """A file with a claim that is proved."""
    return PROVED.format(id=claim_id, uses=tuple(uses))


def body(claim_id, code, expected="PROVED", more=""):
    """A file with a claim of one step."""
    lines = "\n".join(f"    {line}" for line in code.splitlines())
    return (
        f'claim = make("{claim_id}", Verdict.{expected}{more})\n\n'
        f'@claim.step("a step", derivation="obvious")\ndef a_step(evidence):\n{lines}\n'
    )


def write(folder, **files):
    """Write proof files, each after the common head; returns the folder."""
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.py").write_text(HEAD + text)
    return folder
