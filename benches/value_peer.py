"""How fast is the Python library `lifetimes` at what room `value` does?

    pip install lifetimes==0.11.3 "numpy<2" "pandas<2.2" autograd dill
    python benches/value_peer.py 1000000

CPU seconds of one fit, and of P(alive), 39 weeks ahead, expected spend and 12 discounted months
for each customer; compare with `cargo bench --bench value`.
"""

import sys
import time
import warnings

import numpy as np

warnings.filterwarnings("ignore")

from lifetimes import BetaGeoFitter, GammaGammaFitter  # noqa: E402

MODEL = dict(r=0.5, alpha=4.414, a=0.793, b=2.426)


def histories(n, seed=7, weeks=104.0):
    """Purchases of n invented customers, in whole days as `benches/value.rs` has them."""
    random = np.random.default_rng(seed)
    rate = random.gamma(MODEL["r"], 1 / MODEL["alpha"], n)
    p_leave = random.beta(MODEL["a"], MODEL["b"], n)
    age = np.floor(random.uniform(0, weeks * 7, n)) / 7
    clock, last, x = np.zeros(n), np.zeros(n), np.zeros(n, dtype=int)
    there = np.ones(n, dtype=bool)
    while there.any():
        clock[there] += random.exponential(1 / rate[there])
        there &= clock < age
        x[there] += 1
        last[there] = np.floor(clock[there] * 7) / 7
        there &= random.uniform(size=n) >= p_leave
    return x, last, age


def timed(name, n, work):
    start = time.process_time()
    result = work()
    took = time.process_time() - start
    print(f"{name}: {took:.2f} CPU s, {n / took / 1e6:.4f} M customers/s", flush=True)
    return result


def main():
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    x, t_x, age = histories(n)
    model = BetaGeoFitter()
    timed("fit", n, lambda: model.fit(x, t_x, age))
    print(dict(model.params_))
    spend = GammaGammaFitter()
    spend.params_ = dict(p=6.25, q=3.74, v=15.44)
    mean = np.where(x > 0, 30.0, 0.0)

    def score():
        model.conditional_probability_alive(x, t_x, age)
        model.conditional_expected_number_of_purchases_up_to_time(39, x, t_x, age)
        before, value = 0.0, 0.0
        for month in range(1, 13):
            ahead = model.conditional_expected_number_of_purchases_up_to_time(
                month * 30.4375 / 7, x, t_x, age
            )
            value = value + (ahead - before) / 1.01**month
            before = ahead
        p, q, v = (spend.params_[name] for name in "pqv")
        return value * p * (v + x * mean) / (p * x + q - 1)

    timed("score", n, score)


main()
