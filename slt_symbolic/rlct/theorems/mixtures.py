"""Mixtures with positive weights, naive Bayes models, and stochastic matrix factorisation."""

from __future__ import annotations

import sympy

from .reduced_rank import reduced_rank_regression
from .theorem import Citation, HypothesisError, TheoremResult, count, exactly

MIXTURE = Citation(
    "DrtonPlummer2017",
    "M. Drton and M. Plummer, A Bayesian information criterion for singular models, J. R. Stat. "
    "Soc. B 79 (2017) 323-380",
)
NAIVE_BAYES = Citation(
    "RusakovGeiger2005",
    "D. Rusakov and D. Geiger, Asymptotic model selection for naive Bayesian networks, J. Mach. "
    "Learn. Res. 6 (2005) 1-35",
)
TOPICS = Citation(
    "Hayashi2021",
    "N. Hayashi, The exact asymptotic form of Bayesian generalization error in latent Dirichlet "
    "allocation, Neural Networks 137 (2021) 127-137",
)


def simplex_mixture(components: int, true_components: int, dimension: int = 1) -> TheoremResult:
    """Return lambda of a mixture with weights on the simplex, over a compact set of parameters.

    Parameters
    ----------
    components, true_components : int
        H >= H0 >= 1.
    dimension : int, optional
        M, the number of parameters of a component (mean of a normal law with known variance,
        rate of a Poisson law, ...).

    Returns
    -------
    TheoremResult
        M = 1: lambda = (H + 3 H0 - 2) / 4, m = 1. M >= 2: lambda = (M H0 + H - 1) / 2, with
        m = H - H0 + 1 for M = 2 and m = 1 for M >= 3.

    Notes
    -----
    The weights are positive, so that excess components joined to a true one cost M/4 each, or 1/2
    where their weight vanishes. With weights of any sign the answer is another one.

    References
    ----------
    M. Drton, M. Plummer, J. R. Stat. Soc. B 79 (2017), 323-380.

    Examples
    --------
    >>> simplex_mixture(4, 1).value
    5/4
    """
    H, H0 = count(components, "components"), count(true_components, "true_components")
    M = count(dimension, "dimension")
    if H0 > H:
        raise HypothesisError("true_components must be at most components")
    if M == 1:
        value, m = sympy.Rational(H + 3 * H0 - 2, 4), 1
    else:
        value, m = sympy.Rational(M * H0 + H - 1, 2), H - H0 + 1 if M == 2 else 1
    reason = f"mixture of {H} components with {M} parameters each, {H0} true ones"
    return exactly(value, m, "mixture on the simplex", reason, MIXTURE)


def naive_bayes_independent(features: int) -> TheoremResult:
    """Return lambda and m of naive Bayes with two hidden classes, truth with independent features.

    Parameters
    ----------
    features : int
        n >= 2 binary features, none of them constant in the truth.

    Returns
    -------
    TheoremResult
        n = 2: lambda = 3/2, m = 3. n >= 3: lambda = (n + 1) / 2, m = 1.

    Notes
    -----
    The marginals give n regular directions; what is left is the ideal of p d_i d_j, i < j, with
    p the smaller class weight and d_i the differences between the classes.

    References
    ----------
    D. Rusakov, D. Geiger, J. Mach. Learn. Res. 6 (2005), 1-35.

    Examples
    --------
    >>> naive_bayes_independent(2)
    TheoremResult(lambda=3/2, m=3, naive Bayes: RusakovGeiger2005)
    """
    n = count(features, "features", 2)
    reason = f"naive Bayes, {n} binary features that are independent in the truth"
    return exactly(sympy.Rational(n + 1, 2), 3 if n == 2 else 1, "naive Bayes", reason, NAIVE_BAYES)


def topic_model(vocabulary: int, documents: int, topics: int, rank: int) -> TheoremResult:
    """Return lambda and m of stochastic matrix factorisation (latent Dirichlet allocation).

    Parameters
    ----------
    vocabulary, documents, topics : int
        M, N >= 2 and H >= 1: a stochastic M x N matrix is the product of M x H and H x N ones.
    rank : int
        r, the rank of the true matrix after removal of the last row and the column means.

    Returns
    -------
    TheoremResult
        (M - 1) / 2 plus lambda of reduced-rank regression with sizes M - 1, H - 1, N - 1 and rank
        r; the same m. The truth lies in the interior of the simplices.

    Raises
    ------
    HypothesisError
        If the rank is not possible.

    References
    ----------
    N. Hayashi, Neural Networks 137 (2021), 127-137.

    Examples
    --------
    >>> topic_model(4, 5, 2, 1).value
    9/2
    """
    M, N = count(vocabulary, "vocabulary", 2), count(documents, "documents", 2)
    H, r = count(topics, "topics"), count(rank, "rank", 0)
    base = sympy.Rational(M - 1, 2)
    reason = f"stochastic factorisation {M} x {H} x {N}, rank {r}"
    if H == 1:
        if r:
            raise HypothesisError("with one topic the rank must be 0")
        return exactly(base, 1, "stochastic matrix factorisation", reason, TOPICS)
    rest = reduced_rank_regression(N - 1, H - 1, M - 1, r)
    if rest.value is None:
        raise HypothesisError("the reduced problem has no closed form")
    return exactly(
        base + rest.value, rest.multiplicity, "stochastic matrix factorisation", reason, TOPICS
    )
