"""K of random networks under every law: the properties of the nightly run, on few examples."""

import pytest
from network_families import FAMILIES
from network_properties import (
    check_annihilation,
    check_examples,
    check_gradient,
    check_rotation,
    check_value,
    check_walls_in_plane,
    check_walls_on_interval,
)


@pytest.mark.parametrize("name", FAMILIES)
def test_k_is_the_integral_and_belongs_to_the_function(name):
    check_examples(check_value, 8, FAMILIES[name])


@pytest.mark.parametrize("name", ["interval", "polygon", "circle"])
def test_orientations_reverse_where_slopes_annihilate(name):
    check_examples(check_annihilation, 5, FAMILIES[name])


@pytest.mark.parametrize("name", ["circle", "normal, two inputs"])
def test_rotations_keep_k(name):
    check_examples(check_rotation, 4, FAMILIES[name])


def test_the_gradient_is_the_integral_of_scores():
    check_examples(check_gradient, 8)


def test_forms_meet_across_the_walls_on_an_interval():
    check_examples(check_walls_on_interval, 8)


def test_forms_meet_across_the_walls_in_the_plane():
    check_examples(check_walls_in_plane, 6)
