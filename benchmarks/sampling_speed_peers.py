"""One peer's speed on the problem of ``sampling_speed.py``; run by the peer's own Python.

``python sampling_speed_peers.py PEER UNITS NODES`` prints steps (gradients) per second on one
processor, PEER one of

blackjax            MALA, all steps in one compiled scan
devinterp-sampler   SGLD as its users run it: ``devinterp.slt.sampler.sample_single_chain`` over a
                    data set of the nodes, one full batch a step
devinterp-optimiser its SGLD optimiser alone, in the barest loop around it
"""

from __future__ import annotations

import os
import sys
import time

os.environ["XLA_FLAGS"] = (
    "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1 "
    + os.environ.get("XLA_FLAGS", "")
)
os.environ["OMP_NUM_THREADS"] = "1"
# Options do not keep every version of jax from using a pool of threads: one processor does.
if hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})

import numpy as np

# Short rounds, as for the package itself.
SECONDS, LEAST_ROUNDS = 20.0, 5


def best(run, steps: int) -> float:
    run()  # compile
    rates = []
    end = time.perf_counter() + SECONDS
    while time.perf_counter() < end or len(rates) < LEAST_ROUNDS:
        start = time.perf_counter()
        run()
        rates.append(steps / (time.perf_counter() - start))
    return max(rates)


def problem(units: int, nodes: int):
    x, w = np.polynomial.hermite_e.hermegauss(nodes)
    rng = np.random.default_rng(0)
    return x, w / np.sqrt(2 * np.pi), rng.uniform(-1, 1, units), rng.normal(0, 1, units)


def blackjax_mala(units: int, nodes: int) -> float:
    import blackjax
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    x, omega, a, q = problem(units, nodes)

    def log_density(w):
        f = jnp.tanh(jnp.outer(jnp.asarray(x), w[:units])) @ w[units:]
        return -100.0 * 0.5 * jnp.sum(jnp.asarray(omega) * f**2) - 0.5 * jnp.sum(w**2)

    kernel = blackjax.mala(log_density, step_size=1e-4)
    steps = 400

    @jax.jit
    def run(key, state):
        def one(state, key):
            return kernel.step(key, state)[0], None

        return jax.lax.scan(one, state, jax.random.split(key, steps))[0]

    state = kernel.init(jnp.concatenate([jnp.asarray(a), jnp.asarray(q)]))
    key = jax.random.PRNGKey(0)
    return best(lambda: jax.block_until_ready(run(key, state)), steps)


def devinterp_optimiser(units: int, nodes: int) -> float:
    import torch
    from devinterp.optim.sgld import SGLD

    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float64)
    x, omega, a, q = problem(units, nodes)
    points, mass = torch.tensor(x)[:, None], torch.tensor(omega)
    weights = torch.nn.Parameter(torch.tensor(a)[None, :])
    readouts = torch.nn.Parameter(torch.tensor(q)[:, None])
    optimizer = SGLD([weights, readouts], lr=1e-5, localization=1.0, nbeta=100.0)
    steps = 20

    def run() -> None:
        for _ in range(steps):
            optimizer.zero_grad()
            f = torch.tanh(points @ weights) @ readouts
            (0.5 * (mass * f[:, 0] ** 2).sum()).backward()
            optimizer.step()

    return best(run, steps)


def devinterp_sampler(units: int, nodes: int) -> float:
    import torch
    from devinterp.slt.sampler import sample_single_chain

    torch.set_num_threads(1)
    torch.set_default_dtype(torch.float64)
    x, omega, a, q = problem(units, nodes)

    class Network(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.weights = torch.nn.Parameter(torch.tensor(a)[None, :])
            self.readouts = torch.nn.Parameter(torch.tensor(q)[:, None])

        def forward(self, points):
            return torch.tanh(points @ self.weights) @ self.readouts

    rows = [
        {"input_ids": torch.tensor([p]), "mass": torch.tensor(m)}
        for p, m in zip(x, omega, strict=True)
    ]
    steps = 100

    def loss(model, batch):
        return 0.5 * (batch["mass"] * model(batch["input_ids"])[:, 0] ** 2).sum(), {}

    def run() -> None:
        sample_single_chain(
            Network(), rows, loss, {"weights": None, "readouts": None}, num_draws=steps,
            sampling_method_kwargs={"lr": 1e-5, "localization": 1.0, "nbeta": 100.0},
            batch_size=nodes, shuffle=False,
        )  # fmt: skip

    return best(run, steps)


PEERS = {
    "blackjax": blackjax_mala,
    "devinterp-sampler": devinterp_sampler,
    "devinterp-optimiser": devinterp_optimiser,
}

if __name__ == "__main__":
    peer, units, nodes = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    print(PEERS[peer](units, nodes))
