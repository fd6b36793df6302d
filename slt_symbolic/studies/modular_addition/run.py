"""The study: the equation of the residual in balls, and the dynamics of whole networks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from fractions import Fraction
from pathlib import Path

from slt_symbolic.studies.modular_addition.results import ModularResult, PointRow, Run
from slt_symbolic.studies.modular_addition.settings import Case, ModularSettings
from slt_symbolic.studies.modular_addition.theory import ModularAddition
from slt_symbolic.studies.store import StudyStore

__all__ = ["coupling", "modular_addition"]


def coupling(model: ModularAddition, ratio: Fraction) -> Fraction:
    """Return u for a ratio u / u_c, u_c rounded to four digits: the point itself is exact.

    Examples
    --------
    >>> coupling(ModularAddition(5, Fraction(3)), Fraction(1, 2))
    Fraction(1, 1)
    """
    return ratio * round(Fraction(float(model.critical.mid())), 4)


def modular_addition(
    settings: ModularSettings,
    *,
    store: str | Path | None = None,
    progress: Callable[[str], None] | None = None,
) -> ModularResult:
    """Run the study.

    Parameters
    ----------
    settings
        What to compute.
    store
        A JSON file that keeps each finished point.
    progress
        Called with a line of text before each piece of work.

    Examples
    --------
    >>> from slt_symbolic.studies.modular_addition.settings import Case
    >>> case = Case(5, Fraction(2, 5), (Fraction(1, 2),))
    >>> study = modular_addition(ModularSettings((case,), Fraction(1, 300), (64,), 100, 0.005))
    >>> round(study.rows[0].residual, 4)
    0.982
    """
    tell = progress or (lambda _: None)
    kept = StudyStore.open(store, study="modular-addition", settings=settings.key)
    rows = []
    for case in settings.cases:
        for ratio in case.ratios:
            key = f"P = {case.modulus}, gamma = {case.gamma}, u / u_c = {ratio}"
            if (rho := kept.get(key)) is None:
                tell(key)
                rho = _residual(settings, case, ratio)
                kept.add(key, rho)
            runs = []
            for width in settings.widths if ratio in case.sampled else ():
                key_of_run = f"{key}, N = {width}"
                if (run := kept.get(key_of_run)) is None:
                    tell(key_of_run)
                    run = asdict(_dynamics(settings, case, ratio, width))
                    kept.add(key_of_run, run)
                runs.append(Run(**{**run, "products": tuple(run["products"])}))
            u = float(coupling(ModularAddition(case.modulus, case.gamma), ratio))
            rows.append(
                PointRow(case.modulus, str(case.gamma), str(ratio), u, rho[0], rho[1], tuple(runs))
            )
    return ModularResult(settings, tuple(rows))


def _residual(settings: ModularSettings, case: Case, ratio: Fraction) -> list[float]:
    model = ModularAddition(case.modulus, case.gamma)
    rho = model.residual(coupling(model, ratio), settings.readout)
    return [float(rho.mid()), float(rho.rad())]


def _dynamics(settings: ModularSettings, case: Case, ratio: Fraction, width: int) -> Run:
    from slt_symbolic.studies.modular_addition.langevin import run_langevin

    u = coupling(ModularAddition(case.modulus, case.gamma), ratio)
    run = run_langevin(
        case.modulus, float(case.gamma), float(u), float(settings.readout),
        width=width, steps=settings.steps, step=settings.step,
        # Close to what is predicted: neurons of the outer well, k = 1 and all others alike.
        ordered=max(0.0, 1 - float(ratio) ** -0.5), seed=settings.seed,
    )  # fmt: skip
    return Run(width, run.residual, run.residual_error, run.products)
