/*
 * Learning-rate schedules: step → learning rate, a pure function of the numbers in the struct.
 *
 * Steps count from 0. The definitions are those of torch.optim.lr_scheduler, stepped once an
 * optimizer step, so that values compare digit by digit.
 */
#ifndef DESCENT_SCHEDULE_H
#define DESCENT_SCHEDULE_H

#include <descent/status.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>

DESCENT_BEGIN

typedef enum descent_schedule_kind {
    DESCENT_SCHEDULE_CONSTANT,
    DESCENT_SCHEDULE_STEP,        /* lr · gamma^⌊t / period⌋ */
    DESCENT_SCHEDULE_EXPONENTIAL, /* lr · gamma^t */
    DESCENT_SCHEDULE_LINEAR,      /* lr to lr_final over steps: polynomial of power 1 */
    DESCENT_SCHEDULE_POLYNOMIAL,  /* lr_final + (lr − lr_final) · (1 − t / steps)^power */
    DESCENT_SCHEDULE_COSINE,      /* lr_final + (lr − lr_final) · (1 + cos(π t / steps)) / 2 */
    DESCENT_SCHEDULE_ONE_CYCLE,   /* Smith and Topin 2017, cosine form: see below */
    DESCENT_SCHEDULE_COSINE_RESTARTS, /* SGDR, Loshchilov and Hutter 2017: see below */
    DESCENT_SCHEDULE_PLATEAU,         /* lr · gamma^k, k reductions so far: see below */
    DESCENT_SCHEDULE_COUNT
} descent_schedule_kind;

/*
 * t counts from the end of the warm-up, steps likewise; after `steps` the value stays at the end.
 *
 * Warm-up: in the first `warmup` steps the rate is lr · (step + 1) / warmup, whatever the kind.
 *
 * One-cycle: with `warmup_fraction` of the steps, rises by a half cosine from lr / start_divisor to
 * lr, then falls by a half cosine to lr / start_divisor / final_divisor at step steps − 1.
 *
 * Cosine with restarts: cosine from lr to lr_final over `period` steps, then again over period ·
 * period_factor steps, and so on.
 *
 * Plateau: descent_schedule_step() gets a loss at the end of each epoch. After `patience` epochs in
 * a row with a loss not below best · (1 − threshold), the next such epoch multiplies the rate by
 * gamma, but not below lr_final, and the count starts again.
 */
typedef struct descent_schedule {
    descent_schedule_kind kind;
    double lr;              /* the highest learning rate, > 0 */
    double lr_final;        /* the lowest, ≥ 0 */
    uint64_t warmup;        /* steps of linear warm-up before the schedule */
    uint64_t steps;         /* total steps, the warm-up included */
    uint64_t period;        /* step: between two drops; cosine-restarts: the first cycle */
    uint64_t period_factor; /* cosine-restarts: each cycle is this many times longer, ≥ 1 */
    double gamma;           /* factor of a drop, of a step (exponential) or of a reduction */
    double power;           /* polynomial */
    double warmup_fraction; /* one-cycle: share of the steps that rise, in (0, 1) */
    double start_divisor;   /* one-cycle: the rate starts at lr / start_divisor */
    double final_divisor;   /* one-cycle: and ends at lr / start_divisor / final_divisor */
    uint64_t patience;      /* plateau: epochs without improvement before a reduction */
    double threshold;       /* plateau: relative improvement that counts */
    struct {
        double best;         /* the lowest loss seen; infinity before the first */
        uint64_t bad_epochs; /* epochs in a row without improvement */
        uint64_t reductions; /* how often the rate was reduced */
    } plateau;               /* the only state: everything else is constant */
} descent_schedule;

#define DESCENT_SCHEDULE_DEFAULT                                                                   \
    {                                                                                              \
        .kind = DESCENT_SCHEDULE_CONSTANT, .lr = 0.01, .steps = 1, .period = 1,                    \
        .period_factor = 1, .gamma = 0.1, .power = 1.0, .warmup_fraction = 0.3,                    \
        .start_divisor = 25.0, .final_divisor = 1e4, .patience = 10, .threshold = 1e-4,            \
        .plateau = {                                                                               \
            .best = HUGE_VAL                                                                       \
        }                                                                                          \
    }

/* The same as a function, for C++ and other languages. */
DESCENT_API descent_schedule descent_schedule_default(void);

/* The names used on the command line, "constant" … "plateau", by kind; NULL for any other number.
 */
DESCENT_API const char *descent_schedule_name(descent_schedule_kind kind);

/* DESCENT_ERROR_INVALID, with the field and its range, if a number is out of range. */
DESCENT_API descent_status descent_schedule_check(const descent_schedule *schedule);

/* The same schedule over so many steps, ≥ 1. Where period is 0 it becomes a third of them, rounded
 * up, and where gamma is 0 it becomes 0.1, or for exponential what leaves a hundredth of lr at the
 * end. */
DESCENT_API descent_schedule descent_schedule_over(const descent_schedule *schedule,
                                                   uint64_t steps);

/* The learning rate of a step (from 0). The schedule must pass descent_schedule_check(). */
DESCENT_API double descent_schedule_evaluate(const descent_schedule *schedule, uint64_t step);

/* Passes the loss of an epoch (of validation if there is any, else of training) to a plateau
 * schedule; true if the rate was reduced. Other kinds ignore it and return false. */
DESCENT_API bool descent_schedule_step(descent_schedule *schedule, double loss);

DESCENT_END

#endif
