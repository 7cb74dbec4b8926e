/*
 * Learning-rate schedules. Each kind is one function of t, the steps since the end of the warm-up,
 * and a row of the table.
 */
#include <descent/schedule.h>

#include "base/elementary.h"
#include "base/fail.h"

#include <math.h>
#include <stddef.h>

/* Steps that the schedule itself has, without the warm-up; at least 1. */
static double length_of(const descent_schedule *s)
{
    return s->steps > s->warmup ? (double)(s->steps - s->warmup) : 1.0;
}

/* Half a cosine wave from `from` at 0 to `to` at 1. */
static double cosine_between(double from, double to, double position)
{
    return to + (from - to) * (1.0 + descent_cosine_of_turns(position / 2.0)) / 2.0;
}

static double constant(const descent_schedule *s, uint64_t t)
{
    (void)t;
    return s->lr;
}

static double step(const descent_schedule *s, uint64_t t)
{
    uint64_t periods = t / s->period;
    return s->lr * descent_pow_double(s->gamma, (double)periods);
}

static double exponential(const descent_schedule *s, uint64_t t)
{
    return s->lr * descent_pow_double(s->gamma, (double)t);
}

static double decay_of_power(const descent_schedule *s, uint64_t t, double power)
{
    double left = 1.0 - fmin((double)t / length_of(s), 1.0);
    return s->lr_final + (s->lr - s->lr_final) * descent_pow_double(left, power);
}

static double linear(const descent_schedule *s, uint64_t t)
{
    return decay_of_power(s, t, 1.0);
}

static double polynomial(const descent_schedule *s, uint64_t t)
{
    return decay_of_power(s, t, s->power);
}

static double cosine(const descent_schedule *s, uint64_t t)
{
    return cosine_between(s->lr, s->lr_final, fmin((double)t / length_of(s), 1.0));
}

static double one_cycle(const descent_schedule *s, uint64_t t)
{
    double start = s->lr / s->start_divisor;
    double peak = s->warmup_fraction * length_of(s) - 1.0;
    double last = length_of(s) - 1.0;
    double at = fmin((double)t, last);
    if (at <= peak) {
        return cosine_between(start, s->lr, peak > 0.0 ? at / peak : 1.0);
    }
    return cosine_between(s->lr, start / s->final_divisor, (at - peak) / (last - peak));
}

static double cosine_restarts(const descent_schedule *s, uint64_t t)
{
    uint64_t period = s->period;
    if (s->period_factor == 1) {
        t %= period;
    }
    while (t >= period) {
        t -= period;
        period = period > UINT64_MAX / s->period_factor ? UINT64_MAX : period * s->period_factor;
    }
    return cosine_between(s->lr, s->lr_final, (double)t / (double)period);
}

static double plateau(const descent_schedule *s, uint64_t t)
{
    (void)t;
    return fmax(s->lr * descent_pow_double(s->gamma, (double)s->plateau.reductions),
                fmin(s->lr, s->lr_final));
}

static const struct {
    const char *name;
    double (*rate)(const descent_schedule *schedule, uint64_t t);
} kinds[DESCENT_SCHEDULE_COUNT] = {
    [DESCENT_SCHEDULE_CONSTANT] = {"constant", constant},
    [DESCENT_SCHEDULE_STEP] = {"step", step},
    [DESCENT_SCHEDULE_EXPONENTIAL] = {"exponential", exponential},
    [DESCENT_SCHEDULE_LINEAR] = {"linear", linear},
    [DESCENT_SCHEDULE_POLYNOMIAL] = {"polynomial", polynomial},
    [DESCENT_SCHEDULE_COSINE] = {"cosine", cosine},
    [DESCENT_SCHEDULE_ONE_CYCLE] = {"one-cycle", one_cycle},
    [DESCENT_SCHEDULE_COSINE_RESTARTS] = {"cosine-restarts", cosine_restarts},
    [DESCENT_SCHEDULE_PLATEAU] = {"plateau", plateau},
};

const char *descent_schedule_name(descent_schedule_kind kind)
{
    return (unsigned)kind < DESCENT_SCHEDULE_COUNT ? kinds[kind].name : NULL;
}

static bool in_range(double value, double low, double high)
{
    return value >= low && value <= high;
}

descent_status descent_schedule_check(const descent_schedule *s)
{
    DESCENT_RETURN_UNLESS(s != NULL);
    const struct {
        bool valid;
        const char *expected;
        double found;
    } checks[] = {
        {(unsigned)s->kind < DESCENT_SCHEDULE_COUNT, "a known kind", (double)s->kind},
        {s->lr > 0.0 && isfinite(s->lr), "lr > 0", s->lr},
        {s->lr_final >= 0.0 && isfinite(s->lr_final), "lr_final ≥ 0", s->lr_final},
        {s->steps >= 1, "steps ≥ 1", (double)s->steps},
        {s->period >= 1, "period ≥ 1", (double)s->period},
        {s->period_factor >= 1, "period_factor ≥ 1", (double)s->period_factor},
        {s->gamma > 0.0 && s->gamma <= 1.0, "gamma in (0, 1]", s->gamma},
        {in_range(s->power, 0.0, 1000.0), "power in [0, 1000]", s->power},
        {s->warmup_fraction > 0.0 && s->warmup_fraction < 1.0, "warmup_fraction in (0, 1)",
         s->warmup_fraction},
        {in_range(s->start_divisor, 1.0, 1e30), "start_divisor in [1, 1e30]", s->start_divisor},
        {in_range(s->final_divisor, 1.0, 1e30), "final_divisor in [1, 1e30]", s->final_divisor},
        {in_range(s->threshold, 0.0, 1.0), "threshold in [0, 1]", s->threshold},
    };
    for (size_t i = 0; i < sizeof checks / sizeof checks[0]; i++) {
        if (!checks[i].valid) {
            return descent_fail(DESCENT_ERROR_INVALID, "schedule: expected %s, found %g",
                                checks[i].expected, checks[i].found);
        }
    }
    return DESCENT_OK;
}

descent_schedule descent_schedule_over(const descent_schedule *schedule, uint64_t steps)
{
    descent_schedule over = *schedule;
    over.steps = steps;
    if (over.period == 0) {
        over.period = steps / 3 + (steps % 3 != 0); /* the last steps must not begin a period */
    }
    if (over.gamma == 0.0) {
        bool exponential = over.kind == DESCENT_SCHEDULE_EXPONENTIAL;
        over.gamma = exponential ? descent_pow_double(0.01, 1.0 / (double)steps) : 0.1;
    }
    return over;
}

double descent_schedule_evaluate(const descent_schedule *schedule, uint64_t step)
{
    if (step < schedule->warmup) {
        return schedule->lr * (double)(step + 1) / (double)schedule->warmup;
    }
    return kinds[schedule->kind].rate(schedule, step - schedule->warmup);
}

bool descent_schedule_step(descent_schedule *schedule, double loss)
{
    if (schedule->kind != DESCENT_SCHEDULE_PLATEAU) {
        return false;
    }
    if (loss < schedule->plateau.best * (1.0 - schedule->threshold)) {
        schedule->plateau.best = loss;
        schedule->plateau.bad_epochs = 0;
        return false;
    }
    schedule->plateau.bad_epochs++;
    if (schedule->plateau.bad_epochs <= schedule->patience) {
        return false;
    }
    double before = plateau(schedule, 0);
    schedule->plateau.bad_epochs = 0;
    schedule->plateau.reductions++;
    return plateau(schedule, 0) < before; /* not so at lr_final */
}
