"""Pictures: their content, rendered without a display, and clear refusals."""

import subprocess
import sys

import numpy as np
import pytest
import sympy
from sympy import Rational

pytest.importorskip("matplotlib")

from matplotlib.backends.backend_agg import FigureCanvasAgg

from slt_symbolic import KLDivergence, StandardNormal, TrueSet, TwoLayer, UniformInterval, Unit
from slt_symbolic.activations import RELU, TANH
from slt_symbolic.figures import activation_boundaries, divergence_levels, strata_graph
from slt_symbolic.figures.canvas import PlotError


def pixels(figure):
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    return np.asarray(canvas.buffer_rgba())


SQUARE = TwoLayer(RELU, [Unit(1, w, -1) for w in ((1, 0), (0, 1), (-1, 0), (0, -1))])


def test_boundaries_of_example_3_1():
    figure = activation_boundaries(SQUARE, half_width=2)
    (axes,) = figure.axes
    assert [line.get_label() for line in axes.lines] == [f"unit {k}" for k in (1, 2, 3, 4)]
    for line, (k, side) in zip(axes.lines, ((0, 1), (1, 1), (0, -1), (1, -1)), strict=True):
        ends = line.get_xydata()
        assert np.allclose(ends[:, k], side)
        assert sorted(ends[:, 1 - k]) == [-2, 2]
    arrows = [t for t in axes.texts if t.get_text() == ""]
    assert [tuple(np.sign(np.subtract(a.xy, a.xyann)).astype(int)) for a in arrows] == [
        (1, 0),
        (0, 1),
        (-1, 0),
        (0, -1),
    ]
    # Nine regions, of which the middle one has all units off.
    (image,) = axes.images
    assert len(np.unique(image.get_array())) == 9
    assert pixels(figure).std() > 1


def test_boundaries_outside_the_picture_are_left_out():
    network = TwoLayer.symbolic(RELU, inputs=2, width=2)
    figure = activation_boundaries(network, (1, 0, 5, 1, 1, 1, 0, 1, 0))
    assert [line.get_label() for line in figure.axes[0].lines] == ["unit 2"]
    assert figure.axes[0].get_legend() is not None


def test_levels_show_the_segment_and_its_ends():
    model = TwoLayer.symbolic(RELU, width=2, biases=0, readouts=1, output_bias=0)
    K = KLDivergence(model, TwoLayer(RELU, [Unit(1, (1,), 0)]), UniformInterval(-1, 1))
    figure = divergence_levels(K, (-0.5, 1.5), (-0.5, 1.5), levels=7)
    (axes,) = figure.axes
    segment, *ends = axes.lines
    shown = segment.get_xydata()
    shown = shown[~np.isnan(shown).any(axis=1)]
    assert np.allclose(shown.sum(axis=1), 1)
    assert shown.min() >= 0
    assert sorted(tuple(e.get_xydata()[0]) for e in ends) == [(0, 1), (1, 0)]
    (contours,) = axes.collections
    assert len(contours.levels) == 7
    assert axes.get_xlabel() == "w1"
    assert pixels(figure).std() > 1


def test_levels_are_those_of_K():
    from slt_symbolic.figures.levels import _values

    model = TwoLayer.symbolic(RELU, width=1, biases=0, output_bias=0)
    K = KLDivergence(model, TwoLayer(RELU, [Unit(1, (1,), 0)]), UniformInterval(-1, 1))
    points = [
        (Rational(1, 2), Rational(3)),
        (Rational(-1), Rational(2)),
        (Rational(2), Rational(-1)),
    ]
    x, y = (np.array([[float(p[k]) for p in points]]) for k in (0, 1))
    assert np.allclose(_values(K, x, y)[0], [float(K.at(p)) for p in points])


def test_graph_has_a_box_for_each_stratum_and_a_line_for_each_edge():
    model = TwoLayer.symbolic(RELU, width=2)
    W0 = TrueSet(model, TwoLayer(RELU, [Unit(2, (1,), 0)]), UniformInterval(-1, 1))
    figure = strata_graph(W0)
    (axes,) = figure.axes
    names = [t.get_text().split("\n")[0] for t in axes.texts]
    assert names == [str(s.type) for s in W0.strata]
    assert len(axes.lines) == sum(map(len, W0.adjacency.values()))
    filled = [t.get_bbox_patch().get_facecolor()[:3] != (1, 1, 1) for t in axes.texts]
    assert filled == [bool(s.is_manifold_there) for s in W0.strata]
    heights = [t.get_position()[1] for t in axes.texts]
    assert heights == [s.dimension for s in W0.strata]
    assert pixels(figure).std() > 1


def test_refusals():
    line = TwoLayer(RELU, [Unit(1, (1,), 0)])
    with pytest.raises(PlotError, match="two inputs"):
        activation_boundaries(line)
    with pytest.raises(PlotError, match="no activation boundary"):
        activation_boundaries(TwoLayer(TANH, [Unit(1, (1, 1), 0)]))
    with pytest.raises(PlotError, match="half_width"):
        activation_boundaries(SQUARE, half_width=0)
    unknown = sympy.Symbol("t", positive=True)
    with pytest.raises(PlotError, match="numbers"):
        activation_boundaries(TwoLayer(RELU, [Unit(1, (1, unknown), 0)]))
    three = TwoLayer.symbolic(RELU, width=1, output_bias=0)
    with pytest.raises(PlotError, match="two parameters"):
        divergence_levels(KLDivergence(three, line, UniformInterval(-1, 1)))
    two = TwoLayer.symbolic(RELU, width=1, biases=0, output_bias=0)
    K = KLDivergence(two, line, UniformInterval(-1, 1))
    for arguments in ({"first": (1, 1)}, {"second": (0, float("inf"))}, {"levels": 0}):
        with pytest.raises(PlotError):
            divergence_levels(K, **arguments)
    tied = TwoLayer.symbolic(RELU, width=1, weights=1, biases=0, output_bias=0)
    with pytest.raises(PlotError, match="by type"):
        strata_graph(TrueSet(tied, line, StandardNormal()))


def test_matplotlib_is_imported_when_a_picture_is_drawn():
    code = (
        "import sys, slt_symbolic.figures; "
        "print(any(m.split('.')[0] == 'matplotlib' for m in sys.modules))"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "False"
