/*
 * Two hundred random networks on each engine against the reference in double precision: the loss
 * and the gradient of a step, and what the optimizer makes of them. After each step the reference
 * goes on from the numbers of the trainer, so that every step is held to what one step may be off,
 * and rounding that a training multiplies never hides an error.
 */
#include "engines.h"
#include "random_network.h"
#include "reference_step.h"

#include "compute/dropout.h"

#include <math.h>
#include <string.h>

enum { STEPS = 3, TOGETHER = 10, SLOTS = REFERENCE_SLOTS };

static const double unit = 0x1p-24; /* what rounding to float changes, relatively, at most */

/*
 * How far a gradient may be off, relative to its layer's norm: (1 + condition) · λ √k · 2⁻²⁴.
 *
 * A sum of k products in float32 is, in any order, the exact sum of terms that are each wrong by at
 * most λ √k 2⁻²⁴, where the chance that λ = 4 is not enough is 2·exp(−λ²/2), one in 1500 (Higham
 * and Mary 2019, "A new approach to probabilistic rounding error analysis"). k is the longest sum
 * of the network, over inputs, outputs or samples, and a few roundings of bias, activation, its
 * slope and the loss. That is an error of the parameters, and what it does to the gradient is
 * measured on the reference: `condition` times as much.
 *
 * The largest errors met are 1.2e-6 with BLAS and 3.5e-6 with the packed engine, whose sums are one
 * chain each, and none is above an eighth of its bound.
 */
static const double lambda = 4;
enum { ELEMENTWISE = 16 };

struct trial {
    struct random_network made;
    struct problem *problem;          /* made.problem; its parameters are the trainer's */
    struct reference_network network; /* problem->network with the masks of this step */
    descent_batch batch;              /* of this step, for the trainers */
    descent_batch read;               /* the same behind the dropout of inputs */
    float *dropped;                   /* read's features */
    double *factors;
    descent_trainer *long_way;  /* computes the gradient, then steps by it */
    descent_trainer *short_way; /* steps on the batch at once */
    float *found;
    double *gradient;      /* the reference's */
    double gradient_error; /* the norm of what found may be off */
};

static double *doubles(size_t count)
{
    double *numbers = calloc(count, sizeof *numbers);
    ck_assert_ptr_nonnull(numbers);
    return numbers;
}

static float *floats(size_t count)
{
    float *numbers = calloc(count, sizeof *numbers);
    ck_assert_ptr_nonnull(numbers);
    return numbers;
}

static size_t hidden_units(const descent_model_config *shape)
{
    size_t units = 0;
    for (size_t l = 0; l + 1 < shape->layers; l++) {
        units += shape->sizes[l + 1];
    }
    return units;
}

static void create_trial(struct trial *trial, size_t i)
{
    *trial = (struct trial){0};
    random_network_create(&trial->made, i);
    struct problem *problem = trial->problem = &trial->made.problem;
    const descent_model_config *shape = &problem->network.shape;
    trial->network = problem->network;
    trial->dropped = floats(problem->n * shape->sizes[0]);
    trial->factors = doubles(problem->n * hidden_units(shape) + 1);
    trial->found = floats(problem->count);
    trial->gradient = doubles(problem->count);
    trial->long_way = problem_trainer_with(problem, &trial->made.config);
    trial->short_way = problem_trainer_with(problem, &trial->made.config);
}

static void destroy_trial(struct trial *trial)
{
    descent_trainer_destroy(trial->long_way);
    descent_trainer_destroy(trial->short_way);
    free(trial->dropped);
    free(trial->factors);
    free(trial->found);
    free(trial->gradient);
    random_network_destroy(&trial->made);
}

/* The masks of a step, by the hash that they are made of; what its masks are worth is tested with
 * dropout. */
static void draw_masks(struct trial *trial, uint64_t step)
{
    const descent_trainer_config *config = &trial->made.config;
    const descent_model_config *shape = &trial->network.shape;
    float ones[REFERENCE_WIDTH_MAX], row[REFERENCE_WIDTH_MAX];
    size_t units = hidden_units(shape);
    for (size_t i = 0; i < REFERENCE_WIDTH_MAX; i++) {
        ones[i] = 1;
    }
    for (size_t l = 0, unit_of_layer = 0; l + 1 < shape->layers; l++) {
        size_t width = shape->sizes[l + 1];
        struct descent_layout same_row = descent_layout_rows(width);
        same_row.step = 0; /* for every sample */
        struct descent_dropout mask =
            descent_dropout_init(config->dropout, config->seed, step, l, 0);
        for (size_t s = 0; s < trial->batch.n; s++) {
            descent_dropout_apply(&mask, &same_row, (struct descent_span){s, 1},
                                  (struct descent_span){0, width}, ones, row);
            for (size_t j = 0; j < width; j++) {
                trial->factors[s * units + unit_of_layer + j] = (double)row[j];
            }
        }
        unit_of_layer += width;
    }
    trial->network.factors = config->dropout > 0 ? trial->factors : NULL;
    trial->network.factors_step = units;
    struct descent_dropout mask =
        descent_dropout_init(config->input_dropout, config->seed, step, DESCENT_LAYERS_MAX - 1, 0);
    const struct descent_layout layout = descent_layout_rows(shape->sizes[0]);
    descent_dropout_apply(&mask, &layout, (struct descent_span){0, trial->batch.n},
                          (struct descent_span){0, shape->sizes[0]}, trial->batch.features,
                          trial->dropped);
}

/* The last batch of the steps is short. */
static void begin_step(struct trial *trial, uint64_t step)
{
    struct problem *problem = trial->problem;
    size_t n = step + 1 < STEPS ? problem->n : 1 + problem->n / 3;
    float *parameters = floats(problem->count);
    trial->batch =
        problem_part(problem, problem_batch(problem, trial->made.objective), problem->n - n, n);
    trial->read = trial->batch;
    if (trial->made.config.input_dropout > 0) {
        trial->read.features = trial->dropped;
    }
    draw_masks(trial, step);
    problem_read(problem, trial->long_way, parameters);
    for (size_t i = 0; i < problem->count; i++) {
        problem->parameters[i] = (double)parameters[i];
    }
    free(parameters);
}

/* √k. */
static double root_of_longest_sum(const struct trial *trial)
{
    const descent_model_config *shape = &trial->network.shape;
    size_t longest = trial->batch.n;
    for (size_t l = 0; l <= shape->layers; l++) {
        longest = shape->sizes[l] > longest ? shape->sizes[l] : longest;
    }
    return sqrt((double)longest + ELEMENTWISE);
}

/* Whether a unit of a kink at 0 may have come down on its other side: z is off by λ √k 2⁻²⁴ times
 * the norm of what it sums up, at most √k times the greatest weight if units give up to 1. */
static bool may_cross_a_kink(const struct trial *trial)
{
    double greatest = 0, root = root_of_longest_sum(trial);
    for (size_t i = 0; i < trial->problem->count; i++) {
        greatest = fmax(greatest, fabs(trial->problem->parameters[i]));
    }
    return reference_batch_nearest_kink(&trial->network, &trial->read) <=
           lambda * root * unit * fmax(1, root * greatest);
}

/* The norm of what a part of the gradient is off. */
static double error_norm(size_t n, const float *found, const double *expected)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        sum += ((double)found[i] - expected[i]) * ((double)found[i] - expected[i]);
    }
    return sqrt(sum);
}

static void check_gradient(struct trial *trial, uint64_t step)
{
    const descent_model_config *shape = &trial->network.shape;
    const descent_loss *loss = &trial->made.objective->loss;
    double condition[REFERENCE_LAYERS_MAX];
    double root = root_of_longest_sum(trial), squares = 0;
    reference_backward(&trial->network, loss, &trial->read, trial->gradient);
    problem_condition(&trial->network, loss, &trial->read, trial->gradient, 2, condition);
    for (size_t l = 0; l < shape->layers; l++) {
        size_t first = reference_layer_offset(shape, l), n = reference_layer_size(shape, l);
        double norm = reference_norm(n, trial->gradient + first);
        double error = error_norm(n, trial->found + first, trial->gradient + first);
        double bound = norm > 0 ? (1 + condition[l]) * lambda * root * unit * norm : 0;
        ck_assert_msg(error <= bound,
                      "%s: in step %d the gradient of layer %zu, of norm %g, is off by %g, more "
                      "than %g",
                      trial->made.name, (int)step, l, norm, error, bound);
        squares += bound * bound;
    }
    trial->gradient_error = sqrt(squares);
}

/* The loss moves with the parameters by its gradient, and rounds on its own. */
static void check_loss(const struct trial *trial, uint64_t step, double found)
{
    const double *parameters = trial->problem->parameters;
    double expected = reference_loss(&trial->network, &trial->made.objective->loss, &trial->read);
    double squares = 0;
    for (size_t i = 0; i < trial->problem->count; i++) {
        double slope = trial->gradient[i] * parameters[i];
        squares += slope * slope;
    }
    double bound = lambda * root_of_longest_sum(trial) * unit * (sqrt(squares) + fmax(1, expected));
    ck_assert_msg(fabs(found - expected) <= bound, "%s: the loss of step %d is %.9g, not %.9g",
                  trial->made.name, (int)step, found, expected);
}

/* The gradient of a batch that comes in parts. */
static void backward(struct trial *trial, uint64_t step)
{
    descent_metrics metrics = {0};
    size_t n = trial->batch.n, parts = trial->made.parts < n ? trial->made.parts : n;
    for (size_t i = 0, first = 0; i < parts; i++) {
        size_t count = i + 1 < parts ? (n + 2) / 3 : n - first;
        descent_batch part = problem_part(trial->problem, trial->batch, first, count);
        ck_assert_ok(descent_trainer_backward(trial->long_way, &part, n, &metrics));
        first += count;
    }
    ck_assert_ok(descent_trainer_gradient(trial->long_way, trial->found));
    check_gradient(trial, step);
    check_loss(trial, step, descent_metrics_loss(&metrics));
}

/* Parameters and state, [3 × count]. */
static void read_numbers(const struct trial *trial, const descent_trainer *trainer, float *all)
{
    size_t count = trial->problem->count;
    memset(all, 0, (1 + SLOTS) * count * sizeof *all);
    problem_read(trial->problem, trainer, all);
    for (size_t s = 0; s < descent_trainer_slots(trainer); s++) {
        descent_trainer_save_state(trainer, s, all + (1 + s) * count);
    }
}

/* Every parameter and every number of the state for itself. */
static void check_update(const struct trial *trial, const float *before, const float *found,
                         uint64_t step)
{
    size_t count = trial->problem->count;
    size_t checked = (1 + descent_trainer_slots(trial->long_way)) * count;
    double *expected = doubles((1 + SLOTS) * count), *bound = doubles((1 + SLOTS) * count);
    const struct reference_step update = {.shape = &trial->network.shape,
                                          .config = &trial->made.config,
                                          .learning_rate = trial->made.learning_rate,
                                          .step = step + 1,
                                          .before = before,
                                          .gradient = trial->found};
    reference_step(&update, expected, bound);
    for (size_t i = 0; i < checked; i++) {
        if (!(fabs((double)found[i] - expected[i]) <= bound[i])) {
            ck_abort_msg("%s: after step %d number %zu of slot %zu is %.9g, not %.9g: off by "
                         "more than %g",
                         trial->made.name, (int)step, i % count, i / count, (double)found[i],
                         expected[i], bound[i]);
        }
    }
    free(expected);
    free(bound);
}

/* Which steps are the same arithmetic in the same order, whichever way they go: a batch's parts
 * are summed up in another one, class weights are multiplied in at another place, and BLAS
 * takes plain steps its own way. */
static bool is_same_arithmetic(const struct random_network *made)
{
    const descent_optimizer *optimizer = &made->config.optimizer;
    bool plain = optimizer->kind == DESCENT_OPTIMIZER_SGD && optimizer->momentum == 0;
    return made->parts == 1 && made->objective->loss.class_weights == NULL &&
           (test_engine == DESCENT_ENGINE_PACKED || !plain);
}

static void check_short_way(const struct trial *trial, uint64_t step, const float *by_long_way,
                            const float *found)
{
    const descent_optimizer *optimizer = &trial->made.config.optimizer;
    size_t count = trial->problem->count;
    if (is_same_arithmetic(&trial->made)) {
        ck_assert_msg(memcmp(found, by_long_way, (1 + SLOTS) * count * sizeof *found) == 0,
                      "%s: the short way of step %d is another one", trial->made.name, (int)step);
    } else if (optimizer->kind == DESCENT_OPTIMIZER_SGD) {
        double *expected = doubles(count);
        for (size_t i = 0; i < count; i++) {
            expected[i] = (double)by_long_way[i];
        }
        /* Both gradients are off, and so are the norms that they are clipped by. */
        double bound =
            4 * (1 + optimizer->momentum) * trial->made.learning_rate * trial->gradient_error +
            16 * unit * reference_norm(count, expected);
        ck_assert_msg(error_norm(count, found, expected) <= bound,
                      "%s: the short way of step %d leads more than %g away", trial->made.name,
                      (int)step, bound);
        free(expected);
    }
}

/* Both trainers go on from the same numbers. */
static void level(const struct trial *trial, const float *all)
{
    size_t count = trial->problem->count;
    descent_model *model = problem_model(trial->problem);
    memcpy(descent_model_parameters(model), all, count * sizeof *all);
    ck_assert_ok(descent_trainer_load(trial->short_way, model));
    for (size_t s = 0; s < descent_trainer_slots(trial->short_way); s++) {
        descent_trainer_load_state(trial->short_way, s, all + (1 + s) * count);
    }
    descent_model_destroy(model);
}

static void update(struct trial *trial, uint64_t step)
{
    size_t all = (1 + SLOTS) * trial->problem->count;
    float *before = floats(all), *after = floats(all), *other = floats(all);
    double rate = trial->made.learning_rate;
    read_numbers(trial, trial->long_way, before);
    ck_assert_ok(descent_trainer_step(trial->long_way, NULL, rate, NULL));
    ck_assert_ok(descent_trainer_step(trial->short_way, &trial->batch, rate, NULL));
    read_numbers(trial, trial->long_way, after);
    read_numbers(trial, trial->short_way, other);
    check_update(trial, before, after, step);
    check_short_way(trial, step, after, other);
    level(trial, after);
    free(before);
    free(after);
    free(other);
}

/* How many steps were checked; a network whose unit is about to cross a kink is left. */
static size_t check_network(size_t i)
{
    struct trial trial;
    size_t step = 0;
    create_trial(&trial, i);
    for (; step < STEPS; step++) {
        begin_step(&trial, step);
        if (may_cross_a_kink(&trial)) {
            break;
        }
        backward(&trial, step);
        update(&trial, step);
    }
    destroy_trial(&trial);
    return step;
}

START_TEST(steps_agree_with_the_reference)
{
    size_t checked = 0;
    for (size_t i = 0; i < TOGETHER; i++) {
        checked += check_network((size_t)_i * TOGETHER + i);
    }
    ck_assert_uint_ge(checked, TOGETHER * STEPS * 2 / 3);
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_LOOP(steps_agree_with_the_reference, RANDOM_NETWORKS / TOGETHER),
    };
    return run_tests_on_engines("random networks", cases, TEST_COUNT(cases));
}
