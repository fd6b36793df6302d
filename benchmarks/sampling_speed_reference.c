/* K = 1/2 sum_k omega_k (sum_j q_j tanh(w_j x_k) - y_k)^2 with its gradient, fused, in C.
 *
 * A yardstick for the compiled kernel of the package, written for speed: point by point, loops
 * over the units, a branch-free tanh that the compiler turns into vectors. w holds (w_j, q_j) unit
 * by unit, as the package's networks do.
 */
#include <math.h>
#include <stdint.h>
#include <string.h>

#define MOST 4096

static inline double tanh_slope(double x, double *slope) {
    double y = fmin(2.0 * fabs(x), 708.0);
    double n = __builtin_rint(y * 1.4426950408889634);
    double r = (y - n * 6.93147180369123816490e-01) - n * 1.90821492927058770002e-10;
    double q = 2.0914686968086876e-09;
    q = q * r + 2.5105217004720745e-08;
    q = q * r + 2.75572736431103e-07;
    q = q * r + 2.7557255400206422e-06;
    q = q * r + 2.4801587325547743e-05;
    q = q * r + 0.00019841269874820627;
    q = q * r + 0.0013888888888883748;
    q = q * r + 0.008333333333326136;
    q = q * r + 0.04166666666666667;
    q = q * r + 0.1666666666666667;
    q = q * r + 0.5;
    double p = q * (r * r) + r;
    int64_t bits = ((int64_t)n + 1023) << 52;
    double power;
    memcpy(&power, &bits, 8);
    double e = power * p + (power - 1.0);
    double d = 1.0 / (e + 2.0);
    double t = e * d;
    *slope = 4.0 * d * (t + d);
    return copysign(t, x);
}

double potential(int points, int units, const double *restrict x, const double *restrict omega,
                 const double *restrict y, const double *restrict w, double *restrict g) {
    static _Thread_local double a[MOST], q[MOST], ga[MOST], gq[MOST], value[MOST], slope[MOST];
    for (int j = 0; j < units; j++) {
        a[j] = w[2 * j];
        q[j] = w[2 * j + 1];
        ga[j] = gq[j] = 0.0;
    }
    double total = 0.0;
    for (int k = 0; k < points; k++) {
        double f = 0.0;
        for (int j = 0; j < units; j++) {
            value[j] = tanh_slope(a[j] * x[k], &slope[j]);
            f += q[j] * value[j];
        }
        double rest = f - y[k], pull = omega[k] * rest, lever = pull * x[k];
        total += pull * rest;
        for (int j = 0; j < units; j++) {
            gq[j] += pull * value[j];
            ga[j] += lever * slope[j];
        }
    }
    for (int j = 0; j < units; j++) {
        g[2 * j] = q[j] * ga[j];
        g[2 * j + 1] = gq[j];
    }
    return 0.5 * total;
}

/* Repeat, each call at a parameter changed by the last one, so that none can be left out. */
double repeat(int calls, int points, int units, const double *x, const double *omega,
              const double *y, double *w, double *g) {
    double total = 0.0;
    for (int i = 0; i < calls; i++) {
        total += potential(points, units, x, omega, y, w, g);
        w[0] += 1e-12 * g[0];
    }
    return total;
}
