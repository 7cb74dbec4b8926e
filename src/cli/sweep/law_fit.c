/*
 * For a given B_crit the best S_min is a mean: what is left to look for is one number. Its
 * logarithm goes over a grid, for the sum of squares may have two valleys, and then to where the
 * slope vanishes.
 */
#include "cli/sweep/law_fit.h"

#include <math.h>

enum { GRID_DENSITY = 2, TRIES = 60 };

static const double NEAR = 1e-12;

struct data {
    const double *batches, *logarithms;
    size_t count;
};

/* The sum of squares at a logarithm of B_crit, half its slope, and the best logarithm of S_min. */
struct profile {
    double squares, slope, level;
};

static struct profile profile_at(const struct data *data, double at)
{
    double n = (double)data->count, critical = exp(at), first = data->logarithms[0];
    double sum = 0.0, squares = 0.0, shares = 0.0, products = 0.0;
    for (size_t i = 0; i < data->count; i++) {
        double x = critical / data->batches[i];
        double level = data->logarithms[i] - first - log1p(x);
        double share = x / (1.0 + x); /* the slope of log1p(x) */
        sum += level;
        squares += level * level;
        shares += share;
        products += level * share;
    }
    return (struct profile){
        .squares = fmax(squares - sum * sum / n, 0.0),
        .slope = sum * shares / n - products,
        .level = first + sum / n,
    };
}

/* The place on the grid, from 0 to cells. */
static int lowest_of_grid(const struct data *data, double from, double step, int cells)
{
    int best = 0;
    double least = HUGE_VAL;
    for (int i = 0; i <= cells; i++) {
        double squares = profile_at(data, from + i * step).squares;
        if (squares < least) {
            least = squares;
            best = i;
        }
    }
    return best;
}

/* Where the slope vanishes, between a place where the sum falls and one where it rises: by the
 * Illinois method (Dowell and Jarratt, BIT 11 (1971)), a regula falsi that halves the slope at an
 * end that stays. */
static double valley(const struct data *data, double low, double high)
{
    double at_low = profile_at(data, low).slope, at_high = profile_at(data, high).slope;
    double place = (low + high) / 2.0;
    for (int i = 0; i < TRIES && at_low < 0.0 && at_high > 0.0; i++) {
        double before = place;
        place = (low * at_high - high * at_low) / (at_high - at_low);
        double slope = profile_at(data, place).slope;
        if (fabs(place - before) < NEAR) {
            break;
        }
        if (slope > 0.0) {
            high = place;
            at_high = slope;
            at_low *= i > 0 && place < before ? 0.5 : 1.0;
        } else {
            low = place;
            at_low = slope;
            at_high *= i > 0 && place > before ? 0.5 : 1.0;
        }
    }
    return place;
}

static void find_range(const struct data *data, double *from, double *to)
{
    double least = data->batches[0], most = least;
    for (size_t i = 1; i < data->count; i++) {
        least = fmin(least, data->batches[i]);
        most = fmax(most, data->batches[i]);
    }
    *from = log(least / LAW_FIT_BEYOND);
    *to = log(most * LAW_FIT_BEYOND);
}

struct law_fit law_fit(const double *batches, const double *logarithms, size_t count)
{
    const struct data data = {batches, logarithms, count};
    double from, to;
    find_range(&data, &from, &to);
    int cells = (int)ceil((to - from) * GRID_DENSITY);
    double step = (to - from) / cells;
    int place = lowest_of_grid(&data, from, step, cells);
    bool low = place == 0, high = place == cells;
    double near = from + place * step;
    double logarithm = low || high ? near : valley(&data, near - step, near + step);
    struct profile profile = profile_at(&data, logarithm);
    return (struct law_fit){
        .steps = high ? 0.0 : exp(profile.level),
        .batch = low    ? 0.0
                 : high ? INFINITY
                        : exp(logarithm),
        .samples = low ? 0.0 : exp(profile.level + logarithm),
        .squares = profile.squares,
    };
}

double law_fit_steps(const struct law_fit *fit, double batch)
{
    return fit->steps + fit->samples / batch;
}
