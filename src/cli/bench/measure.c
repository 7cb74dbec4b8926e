/*
 * All that is compared is measured in turn, a slice each, over and over: whatever slows the machine
 * down for a while slows all of them down, and ratios are taken within one round.
 *
 * A slice is a number of steps that a first, untimed round has found to take the wanted time.
 */
#include "cli/bench/measure.h"

#include "cli/base/progress.h"
#include "cli/bench/training.h"

#include <descent/bench.h>
#include <descent/descent.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Whose threads a step runs on. OpenMP's and OpenBLAS's go on spinning for a while when they have
 * nothing to do, in the way of the other ones. */
enum threads { TEAM, BLAS };

/* One of the things that are compared. */
struct subject {
    enum threads threads;
    descent_bench *bench; /* the products alone, in this layout and cut; NULL: training */
    descent_bench_layout layout;
    descent_bench_cut cut;
    struct bench_training *training;
    size_t batch;
    uint64_t steps;                  /* of a slice */
    double rates[BENCH_REPEATS_MAX]; /* samples a second, of each repeat */
};

/* The training that was asked for, and where that has augmentation, the same without. */
struct trainings {
    struct bench_training *asked;
    struct bench_training *unaugmented;
};

/* Training with augmentation and without, and every layout in every cut. */
enum { SUBJECTS_MAX = 2 + DESCENT_BENCH_LAYOUT_COUNT * DESCENT_BENCH_CUT_COUNT };

struct comparison {
    struct subject subjects[SUBJECTS_MAX];
    size_t count;
    size_t unaugmented; /* the last one, or 0 where there is no augmentation */
    size_t repeats;
    double slice; /* seconds */
};

/* The first two subjects. */
enum { TRAINING, SAME_CUT };

static void add_products(struct comparison *all, descent_bench *bench, size_t batch,
                         descent_bench_layout layout, descent_bench_cut cut)
{
    all->subjects[all->count++] = (struct subject){
        .threads = cut == DESCENT_BENCH_CUT_BLAS ? BLAS : TEAM,
        .bench = bench,
        .layout = layout,
        .cut = cut,
        .batch = batch,
    };
}

/* What makes sense: the engine's cut belongs to its layouts; one thread has nothing to cut. */
static bool is_candidate(descent_bench_cut cut, int threads)
{
    switch (cut) {
    case DESCENT_BENCH_CUT_ENGINE:
        return false;
    case DESCENT_BENCH_CUT_NONE:
        return true;
    case DESCENT_BENCH_CUT_BLAS:
        return threads > 1 && descent_bench_blas_has_threads();
    default:
        return threads > 1;
    }
}

static void add_training(struct comparison *all, struct bench_training *training, size_t batch)
{
    all->subjects[all->count++] = (struct subject){.training = training, .batch = batch};
}

static void list_subjects(struct comparison *all, const struct bench_case *measured,
                          const struct trainings *trainings, descent_bench *bench)
{
    add_training(all, trainings->asked, measured->batch);
    add_products(all, bench, measured->batch, DESCENT_BENCH_LAYOUT_ENGINE,
                 DESCENT_BENCH_CUT_ENGINE);
    for (int cut = 0; cut < DESCENT_BENCH_CUT_COUNT; cut++) {
        for (int layout = 0; layout < DESCENT_BENCH_LAYOUT_COUNT; layout++) {
            if (is_candidate((descent_bench_cut)cut, measured->threads)) {
                add_products(all, bench, measured->batch, (descent_bench_layout)layout,
                             (descent_bench_cut)cut);
            }
        }
    }
    if (trainings->unaugmented != NULL) {
        all->unaugmented = all->count;
        add_training(all, trainings->unaugmented, measured->batch);
    }
}

/* Does a number of steps; *samples gets how many samples they were. */
static descent_status run(struct subject *subject, uint64_t steps, size_t *samples)
{
    descent_status status = DESCENT_OK;
    *samples = 0;
    for (uint64_t i = 0; i < steps && status == DESCENT_OK; i++) {
        if (subject->bench == NULL) {
            status = bench_training_step(subject->training, samples);
        } else {
            status = descent_bench_step(subject->bench, subject->layout, subject->cut);
            *samples += subject->batch;
        }
    }
    return status;
}

static descent_status run_timed(struct subject *subject, uint64_t steps, double *seconds,
                                size_t *samples)
{
    double start = progress_clock();
    descent_status status = run(subject, steps, samples);
    *seconds = progress_clock() - start;
    return status;
}

/* Waits until the threads of the other kind have gone to sleep, wakes those of this subject and
 * fills the caches. */
static descent_status settle(struct subject *subject, enum threads *running)
{
    if (subject->threads != *running) {
        /* OpenBLAS's go to sleep after 2^26 cycles. */
        nanosleep(&(struct timespec){.tv_nsec = 40000000}, NULL);
        *running = subject->threads;
    }
    size_t samples;
    return run(subject, 1 + subject->steps / 16, &samples);
}

/* Finds out how many steps take as long as a slice. */
static descent_status calibrate(struct comparison *all, enum threads *running)
{
    descent_status status = DESCENT_OK;
    for (size_t s = 0; s < all->count && status == DESCENT_OK; s++) {
        struct subject *subject = &all->subjects[s];
        double seconds = 0.0;
        size_t samples;
        uint64_t steps = 1;
        status = settle(subject, running);
        for (; status == DESCENT_OK; steps *= 2) {
            status = run_timed(subject, steps, &seconds, &samples);
            if (seconds >= all->slice / 4.0) {
                break;
            }
        }
        double wanted = ceil((double)steps * all->slice / fmax(seconds, 1e-9));
        subject->steps = wanted > 1.0 ? (uint64_t)wanted : 1;
    }
    return status;
}

static descent_status measure_round(struct comparison *all, size_t repeat, enum threads *running)
{
    descent_status status = DESCENT_OK;
    for (size_t s = 0; s < all->count && status == DESCENT_OK; s++) {
        struct subject *subject = &all->subjects[s];
        double seconds = 0.0;
        size_t samples;
        status = subject->bench == NULL ? bench_training_restart(subject->training) : DESCENT_OK;
        if (status == DESCENT_OK) {
            status = settle(subject, running);
        }
        if (status == DESCENT_OK) {
            status = run_timed(subject, subject->steps, &seconds, &samples);
            subject->rates[repeat] = (double)samples / fmax(seconds, 1e-9);
        }
    }
    return status;
}

static descent_status measure_all(struct comparison *all)
{
    enum threads running = TEAM;
    descent_status status = calibrate(all, &running);
    for (size_t repeat = 0; repeat < all->repeats && status == DESCENT_OK; repeat++) {
        status = measure_round(all, repeat, &running);
    }
    return status;
}

static int compare_numbers(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;
    return (a > b) - (a < b);
}

struct spread {
    double median, low, high;
};

static struct spread spread_of(const double *values, size_t count)
{
    double sorted[BENCH_REPEATS_MAX] = {0};
    memcpy(sorted, values, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, compare_numbers);
    return (struct spread){
        .median = (sorted[(count - 1) / 2] + sorted[count / 2]) / 2.0,
        .low = sorted[0],
        .high = sorted[count - 1],
    };
}

static double median_rate(const struct comparison *all, size_t subject)
{
    return spread_of(all->subjects[subject].rates, all->repeats).median;
}

/* The median of training's rate over a subject's within each repeat. */
static double ratio_to(const struct comparison *all, size_t subject)
{
    double ratios[BENCH_REPEATS_MAX] = {0};
    for (size_t i = 0; i < all->repeats; i++) {
        ratios[i] = all->subjects[TRAINING].rates[i] / all->subjects[subject].rates[i];
    }
    return spread_of(ratios, all->repeats).median;
}

/* The products alone at their fastest; plain: with weights kept as one matrix. */
static size_t best_products(const struct comparison *all, bool plain)
{
    size_t best = 0;
    double rate = 0.0;
    for (size_t s = SAME_CUT; s < all->count; s++) {
        const struct subject *subject = &all->subjects[s];
        bool counts =
            subject->bench != NULL && (!plain || subject->layout != DESCENT_BENCH_LAYOUT_ENGINE);
        if (counts && median_rate(all, s) > rate) {
            rate = median_rate(all, s);
            best = s;
        }
    }
    return best;
}

static void fill_row(struct bench_row *row, const struct bench_case *measured,
                     const struct comparison *all, double operations)
{
    size_t best = best_products(all, false);
    size_t plain = best_products(all, true);
    struct spread speed = spread_of(all->subjects[TRAINING].rates, all->repeats);
    double steps = speed.median / (double)measured->batch; /* a second */
    bool augmented = all->unaugmented > 0;
    *row = (struct bench_row){
        .layers = measured->network->name,
        .activation =
            descent_activation_name((descent_activation)measured->options->train.activation),
        .optimizer =
            descent_optimizer_name((descent_optimizer_kind)measured->options->train.optimizer),
        .batch = (double)measured->batch,
        .repeats = (double)all->repeats,
        .samples_per_second = speed.median,
        .samples_per_second_min = speed.low,
        .samples_per_second_max = speed.high,
        .milliseconds = 1e3 / steps,
        .gflops = 1e-9 * operations * steps,
        .bound = median_rate(all, best),
        .bound_layout = descent_bench_layout_name(all->subjects[best].layout),
        .bound_cut = descent_bench_cut_name(all->subjects[best].cut),
        .bound_ratio = ratio_to(all, best),
        .plain = median_rate(all, plain),
        .plain_layout = descent_bench_layout_name(all->subjects[plain].layout),
        .plain_cut = descent_bench_cut_name(all->subjects[plain].cut),
        .plain_ratio = ratio_to(all, plain),
        .same_cut = median_rate(all, SAME_CUT),
        .same_cut_ratio = ratio_to(all, SAME_CUT),
        .unaugmented = augmented ? median_rate(all, all->unaugmented) : (double)NAN,
        .augment_ratio = augmented ? ratio_to(all, all->unaugmented) : (double)NAN,
    };
}

static descent_bench_config products_of(const struct bench_case *measured)
{
    descent_bench_config config = DESCENT_BENCH_DEFAULT;
    config.layers = measured->network->layers;
    for (size_t l = 0; l <= config.layers; l++) {
        config.sizes[l] = measured->network->sizes[l];
    }
    config.batch = measured->batch;
    config.threads = measured->threads;
    return config;
}

static enum exit_status create_trainings(struct trainings *trainings,
                                         const struct bench_case *measured)
{
    enum exit_status status = bench_training_create(&trainings->asked, measured, true);
    if (status == DONE && descent_augment_active(&measured->augment)) {
        status = bench_training_create(&trainings->unaugmented, measured, false);
    }
    return status;
}

static enum exit_status measure_case(struct bench_row *row, const struct bench_case *measured,
                                     const struct trainings *trainings)
{
    const descent_trainer *trainer = bench_training_trainer(trainings->asked);
    descent_bench_config config = products_of(measured);
    struct comparison all = {.repeats = (size_t)measured->options->repeats};
    descent_bench *bench;
    bool done = descent_bench_create(&bench, &config) == DESCENT_OK;
    if (done) {
        list_subjects(&all, measured, trainings, bench);
        all.slice = measured->options->seconds / (double)(all.repeats * all.count);
        done = measure_all(&all) == DESCENT_OK;
    }
    if (done) {
        fill_row(row, measured, &all, descent_bench_operations(&config));
        row->threads = descent_trainer_threads(trainer);
        row->bytes = (double)descent_trainer_bytes(trainer);
    }
    descent_bench_destroy(bench);
    return done ? DONE : cli_library_failed();
}

enum exit_status bench_measure(struct bench_row *row, const struct bench_case *measured)
{
    struct trainings trainings = {0};
    enum exit_status status = create_trainings(&trainings, measured);
    if (status == DONE) {
        status = measure_case(row, measured, &trainings);
    }
    bench_training_destroy(trainings.unaugmented);
    bench_training_destroy(trainings.asked);
    return status;
}

enum exit_status bench_measure_peak(double *gflops, int threads, double seconds)
{
    enum { SIZE = 1536, STEPS_MAX = 10 };
    descent_bench_config config = DESCENT_BENCH_DEFAULT;
    config.layers = 1;
    config.sizes[0] = SIZE;
    config.sizes[1] = SIZE;
    config.batch = (size_t)SIZE * (size_t)threads;
    config.threads = threads;
    descent_bench *bench;
    descent_status status = descent_bench_create(&bench, &config);
    double start = progress_clock();
    *gflops = 0.0;
    for (int step = 0; step < STEPS_MAX && status == DESCENT_OK; step++) {
        bool even = step % 2 == 0;
        struct subject subject = {.bench = bench,
                                  .layout = even ? DESCENT_BENCH_LAYOUT_IN_OUT
                                                 : DESCENT_BENCH_LAYOUT_OUT_IN,
                                  .cut = DESCENT_BENCH_CUT_SAMPLES};
        double elapsed = 0.0;
        size_t samples;
        status = run_timed(&subject, 1, &elapsed, &samples);
        *gflops = fmax(*gflops, 1e-9 * descent_bench_operations(&config) / elapsed);
        if (progress_clock() - start >= seconds) {
            break;
        }
    }
    descent_bench_destroy(bench);
    return status == DESCENT_OK ? DONE : cli_library_failed();
}
