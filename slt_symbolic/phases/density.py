"""The density on a stratum of W0 whose integral is the leading constant of its free energy.

Where dimension and Fisher rank r add up, Laplace's method normal to the stratum gives

    Z ≈ (2π/n)^{r/2} ∫ φ / √det⊥ I dvol,

det⊥ I the product of the r positive eigenvalues of the Fisher information on the normal space: at
true parameters I is the Hessian of K. For a parametrisation u ↦ w(u) with derivative J,
dvol = √det(JᵀJ) du.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import sympy
from numpy.typing import NDArray

from slt_symbolic.exact.chamber import WallError
from slt_symbolic.fisher import FisherInformation
from slt_symbolic.inputs import InputDistribution
from slt_symbolic.kernels import NoClosedFormError
from slt_symbolic.networks import TwoLayer
from slt_symbolic.phases.prior import Prior
from slt_symbolic.true_set import Stratum

Array = NDArray[np.float64]


class NotRegularError(ValueError):
    """K is not Morse–Bott along the stratum: its free energy has another leading term."""


@dataclass
class FisherMatrix:
    """I(w) in floating point: closed forms, chamber by chamber, or compiled where there are none.

    Parameters
    ----------
    fisher : FisherInformation
        The Fisher information.

    Examples
    --------
    >>> from slt_symbolic import TwoLayer, UniformInterval, activation
    >>> model = TwoLayer.symbolic(activation("relu"), width=1, biases=0, output_bias=0)
    >>> FisherMatrix(FisherInformation(model, UniformInterval(-3, 3)))(np.array([2.0, 1.0]))
    array([[1.5, 3. ],
           [3. , 6. ]])
    """

    fisher: FisherInformation
    _forms: list[tuple[Callable[..., list[float]], Callable[..., list[list[float]]]]] = field(
        default_factory=list, init=False, repr=False
    )
    _compiled: Callable[[Array], Array] | None = field(default=None, init=False, repr=False)

    def __call__(self, w: Array) -> Array:
        """Return the matrix at a parameter."""
        if self._compiled is None:
            for conditions, matrix in self._forms:
                if all(c > 0 for c in conditions(*w)):
                    return np.array(matrix(*w), dtype=float)
            try:
                return self._new_form(w)
            except (NoClosedFormError, WallError):
                self._compiled = self.fisher.compile()
        return self._compiled(w)

    def _new_form(self, w: Array) -> Array:
        at = [sympy.Rational(float(v)) for v in w]
        closed, chamber = self.fisher.closed_form(at)
        names = self.fisher.parameters
        conditions = sympy.lambdify(names, list(chamber.conditions), modules="math")
        matrix = sympy.lambdify(names, closed.tolist(), modules="math", cse=True)
        self._forms.append((conditions, matrix))
        return np.array(matrix(*w), dtype=float)


@dataclass(frozen=True)
class StratumDensity:
    """φ √det(JᵀJ)/√det⊥ I as a function of the stratum's free coordinates.

    Parameters
    ----------
    model : TwoLayer
        The network.
    inputs : InputDistribution
        The law of the inputs.
    stratum : Stratum
        With dimension + Fisher rank = number of parameters.
    prior : Prior
        The prior density φ.
    noise_variance : sympy.Expr
        σ², by which the Fisher information is divided.

    Raises
    ------
    NotRegularError
        If dimension and rank do not add up.
    """

    model: TwoLayer
    inputs: InputDistribution
    stratum: Stratum
    prior: Prior
    noise_variance: sympy.Expr = sympy.S.One

    def __post_init__(self) -> None:
        if not self.stratum.is_manifold_there:
            raise NotRegularError(
                f"dimension {self.stratum.dimension} and Fisher rank {self.stratum.fisher_rank} "
                f"of {self.stratum.type} do not add up to {self.stratum.ambient} parameters"
            )

    @property
    def rank(self) -> int:
        """The codimension r."""
        return self.stratum.ambient - self.stratum.dimension

    @cached_property
    def fisher(self) -> FisherInformation:
        """The Fisher information."""
        return FisherInformation(self.model, self.inputs, noise_variance=self.noise_variance)

    @cached_property
    def _matrix(self) -> Callable[[Array], Array]:
        return FisherMatrix(self.fisher)

    @cached_property
    def coordinates(self) -> tuple[sympy.Expr, ...]:
        """The parameters in terms of the free coordinates."""
        return tuple(self.stratum.dependent.get(p, p) for p in self.model.parameters)

    @cached_property
    def _functions(self) -> tuple[Callable[..., Array], ...]:
        free = self.stratum.free
        jacobian = [[sympy.diff(e, u) for u in free] for e in self.coordinates]
        s = self.stratum
        signs = [*s.positive, *s.nonnegative]
        return tuple(
            sympy.lambdify(free, e, modules="numpy")
            for e in (list(self.coordinates), jacobian, signs)
        )

    def at(self, u: Array) -> float:
        """Return the density at free coordinates, 0 outside the stratum."""
        point, jacobian, signs = (f(*u) for f in self._functions)
        if not all(s >= 0 for s in signs):
            return 0.0
        w = np.array(point, dtype=float)
        if not np.all(np.isfinite(w)):
            return 0.0
        weight = float(self.prior.density(w))
        if weight == 0.0:
            return 0.0
        k = len(u)
        J = np.array(jacobian, dtype=float).reshape(len(w), k)
        q, r = np.linalg.qr(J, mode="complete")
        normal = q[:, k:]
        sign, log = np.linalg.slogdet(normal.T @ self._matrix(w) @ normal)
        if sign <= 0:
            return 0.0
        area = abs(float(np.prod(np.diag(r[:k])))) if k else 1.0
        return float(weight * area * np.exp(-log / 2))
