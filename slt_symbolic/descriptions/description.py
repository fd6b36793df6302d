"""A description: network, truth, inputs and noise, read from one TOML form."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import sympy

from slt_symbolic.descriptions.document import MAX_BYTES, tables
from slt_symbolic.descriptions.entry import Entry
from slt_symbolic.descriptions.laws import read_inputs
from slt_symbolic.descriptions.networks import read_models, read_truths
from slt_symbolic.descriptions.noise import read_variances
from slt_symbolic.descriptions.parameter import Values, chosen, read_parameter
from slt_symbolic.descriptions.section import Section
from slt_symbolic.divergence.network_sum import SeveralActivationsError, Truth
from slt_symbolic.inputs import InputDistribution
from slt_symbolic.networks import TwoLayer

MAX_CONSTANTS = 1_000

# What [prior], [sampling] and [sweep] hold is read by the commands that sample.
SAMPLING = ("prior", "sampling", "sweep")
_SECTIONS = ("constants", "network", "truth", "inputs", "noise", "parameter", *SAMPLING)
_ASSUMPTIONS = {
    "positive": {"positive": True},
    "negative": {"negative": True},
    "real": {"real": True},
}


@dataclass(frozen=True)
class Description:
    """What the commands work on.

    Parameters
    ----------
    model : TwoLayer
        The network, with its parameters.
    truth : TwoLayer or NetworkSum
        The true function, without parameters.
    inputs : InputDistribution
        The law of the inputs, of as many dimensions as the networks have inputs.
    noise_variance : sympy.Expr
        σ², positive.
    parameter : dict or None
        A value for each of the model's parameters, if the description gives them.
    constants : tuple of sympy.Symbol
        Unknown constants, with their assumptions.
    """

    model: TwoLayer
    truth: Truth
    inputs: InputDistribution
    noise_variance: sympy.Expr = sympy.S.One
    parameter: Values | None = None
    constants: tuple[sympy.Symbol, ...] = ()

    @property
    def true_network(self) -> TwoLayer:
        """The truth, where it is one network.

        Raises
        ------
        SeveralActivationsError
            If it is a sum of networks of several activations.
        """
        if not isinstance(self.truth, TwoLayer):
            raise SeveralActivationsError(self.truth.refusal())
        return self.truth

    def at(self, text: str | None = None, *, place: str = "at") -> Values | None:
        """Return the parameter of the description, with the values of a text in place of its own.

        Parameters
        ----------
        text : str, optional
            Such as ``w1=1/3,w2=sqrt(2)``.
        place : str
            What error messages call the text.

        Returns
        -------
        dict or None
            None if neither the description nor the text gives values.

        Raises
        ------
        DescriptionError
            If the text is anything else.
        """
        return chosen(self.parameter, self.model.parameters, self.constants, text, place)


def load(path: str | Path) -> Description:
    """Read the description in a TOML file that need not be trusted.

    Parameters
    ----------
    path : str or pathlib.Path
        The file, of at most 1 MB.

    Returns
    -------
    Description
        All numbers exact.

    Raises
    ------
    DescriptionError
        If the file is no such description: the message names file, section and key, and what is
        allowed there.
    OSError
        If the file cannot be read.
    """
    return read(content_of(path), str(path))


def content_of(path: str | Path) -> bytes:
    """Return what a file holds, or enough of it to see that it is too long."""
    with Path(path).open("rb") as stream:
        return stream.read(MAX_BYTES + 1)


def read(content: bytes, file: str = "description") -> Description:
    """Read a description from the content of a TOML file.

    Parameters
    ----------
    content : bytes
        TOML in UTF-8.
    file : str
        What error messages call it.

    Returns
    -------
    Description
        All numbers exact.

    Raises
    ------
    DescriptionError
        As of :func:`load`.

    Examples
    --------
    >>> description = read(b'''
    ... [network]
    ... activation = "relu"
    ... width = 1
    ... biases = 0
    ... output_bias = 0
    ... [truth]
    ... units = [{readout = 1, weights = "1/2", bias = 0}]
    ... [inputs]
    ... law = "uniform-interval"
    ... lower = "-sqrt(6)"
    ... upper = "sqrt(6)"
    ... ''')
    >>> description.model.parameters, description.inputs.upper
    ((w1, q1), sqrt(6))
    >>> description.at("w1 = 1/2, q1 = 1")
    {w1: 1/2, q1: 1}
    """
    whole = Section(tables(content, file), file, "")
    if "model" in whole:
        raise whole.error("this command works on two-layer networks: on [network]", "model")
    found = read_outputs(whole)
    if len(found) > 1:
        section = whole.section("network")
        raise section.error("this command works on networks with one output", "outputs")
    return found[0]


def read_outputs(whole: Section) -> tuple[Description, ...]:
    """Return one description for each output of ``[network]``; all share their parameters."""
    whole.only(_SECTIONS, required=("network", "truth", "inputs"))
    constants = read_constants(whole.section("constants"))
    root = whole.allowing(constants)
    models = read_models(root.section("network"))
    several = "outputs" in root.section("network")
    truths = read_truths(root.section("truth"), models, several)
    inputs = read_inputs(root.section("inputs"))
    if inputs.dimension != models[0].inputs:
        raise root.section("inputs").error(
            f"the law has {inputs.dimension} dimensions, and [network] has "
            f"{models[0].inputs} inputs"
        )
    parameter = None
    if "parameter" in root:
        parameter = read_parameter(root.section("parameter"), models[0].parameters)
    noises = read_variances(root.section("noise"), len(models) if several else None)
    return tuple(
        Description(model, truth, inputs, noise, parameter, constants)
        for model, truth, noise in zip(models, truths, noises, strict=True)
    )


def read_constants(section: Section) -> tuple[sympy.Symbol, ...]:
    """Return the unknown constants of the section ``[constants]``."""
    if len(section.table) > MAX_CONSTANTS:
        raise section.error(f"a description has at most {MAX_CONSTANTS} constants")
    constants = []
    for name, entry in section.entries():
        Entry(name, section.file, section.name, entry.key).new_name()
        constants.append(sympy.Symbol(name, **_ASSUMPTIONS[entry.choice(_ASSUMPTIONS)]))
    return tuple(constants)
