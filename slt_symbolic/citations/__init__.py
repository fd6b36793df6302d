"""What results rest on, as BibTeX."""

from slt_symbolic.citations.entries import (
    Reference,
    UnknownReferenceError,
    entry,
    keys_in,
    theorems,
)
from slt_symbolic.citations.rests_on import keys_of

__all__ = [
    "Reference",
    "UnknownReferenceError",
    "citation",
    "entry",
    "keys_in",
    "keys_of",
    "theorems",
]


def citation(*results: object) -> str:
    """Return BibTeX entries for the theorems and methods that results rest on.

    Parameters
    ----------
    *results : object
        Learning coefficients, divergences, Fisher information, sets of true parameters,
        equivalences, Hermite coefficients, sampling runs and validations, claims, and what
        theorems returned; or the key of a reference.

    Returns
    -------
    str
        One entry for each reference, in the order in which the results name them; empty if they
        rest on nothing but proofs of this package.

    Raises
    ------
    TypeError
        If something is no result of these kinds.
    UnknownReferenceError
        If there is no reference with a key.

    Notes
    -----
    Every entry has authors, a title and a year; other fields stand where they are known.

    Examples
    --------
    >>> from slt_symbolic.rlct.theorems import reduced_rank_regression
    >>> print(citation(reduced_rank_regression(3, 2, 3, 1)))
    @book{Watanabe2009,
    ...
    @article{AoyagiWatanabe2005,
      author = {Aoyagi, M. and Watanabe, S.},
    ...
    >>> print(citation("Varchenko1976"))
    @article{Varchenko1976,
      author = {Varchenko, A. N.},
      title = {Newton polyhedra and estimation of oscillating integrals},
      journal = {Functional Analysis and its Applications},
      volume = {10},
      pages = {175--196},
      year = {1976}
    }
    """
    keys: dict[str, None] = {}
    for result in results:
        found = (result,) if isinstance(result, str) else keys_of(result)
        keys |= dict.fromkeys(found)
    return "\n\n".join(entry(key).bibtex() for key in keys)
