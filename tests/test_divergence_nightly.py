"""K of thousands of random networks under every law, against the integral and its symmetries."""

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

pytestmark = pytest.mark.slow

NETWORKS = {
    "interval": 1500,
    "interval, roots": 500,
    "polygon": 600,
    "box, two inputs": 500,
    "box, three inputs": 400,
    "sample": 500,
    "interval, waves": 400,
    "interval, tanh": 600,
    "normal": 800,
    "normal, tanh": 600,
    "normal, two inputs": 400,
    "circle": 500,
}


def test_every_family_has_its_share_of_networks():
    assert NETWORKS.keys() == FAMILIES.keys()
    assert sum(NETWORKS.values()) >= 5000


@pytest.mark.parametrize("name", NETWORKS)
def test_k_is_the_integral_and_belongs_to_the_function(name):
    check_examples(check_value, NETWORKS[name], FAMILIES[name])


@pytest.mark.parametrize("name", ["interval", "polygon", "circle", "normal"])
def test_orientations_reverse_where_slopes_annihilate(name):
    check_examples(check_annihilation, 150, FAMILIES[name])


@pytest.mark.parametrize("name", ["circle", "normal, two inputs"])
def test_rotations_keep_k(name):
    check_examples(check_rotation, 150, FAMILIES[name])


def test_the_gradient_is_the_integral_of_scores():
    check_examples(check_gradient, 300)


def test_forms_meet_across_the_walls_on_an_interval():
    check_examples(check_walls_on_interval, 200)


def test_forms_meet_across_the_walls_in_the_plane():
    check_examples(check_walls_in_plane, 200)
