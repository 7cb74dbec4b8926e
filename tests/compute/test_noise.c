/*
 * The gradient noise scale against its definition: the sums that a step measures are those of the
 * gradients of its samples, computed one at a time, and their means over all batches of a small set
 * are the variance and the squared mean of that set. And measuring changes no bit of a training.
 */
#include "engines.h"
#include "random_network.h"

#include <math.h>
#include <string.h>

/* Smooth, so that no rounding moves a unit across a kink; two pieces of rows, of odd widths. */
static const descent_model_config shape = {
    .layers = 3, .sizes = {13, 37, 20, 5}, .activation = DESCENT_ACTIVATION_TANH};

enum { SAMPLES = 19 };

/* What the gradients of n samples say: the mean of their squared norms, and that of their mean. */
struct moments {
    double mean_square, square_mean;
};

/* Row i of gradients [n × count] is n times sample i's share in the gradient of the batch. */
static struct moments moments_of(const double *gradients, size_t n, size_t count)
{
    struct moments moments = {0};
    for (size_t p = 0; p < count; p++) {
        double sum = 0;
        for (size_t i = 0; i < n; i++) {
            double g = gradients[i * count + p];
            moments.mean_square += g * g / (double)n;
            sum += g;
        }
        moments.square_mean += sum * sum / (double)(n * n);
    }
    return moments;
}

/* In the form of McCandlish et al., with batches of n and of 1. */
static void assert_estimates(const descent_metrics *found, const struct moments *moments, size_t n,
                             double tolerance, const char *what)
{
    double big = (double)n, within = tolerance * moments->mean_square;
    double signal = (big * moments->square_mean - moments->mean_square) / (big - 1);
    double noise = (moments->mean_square - moments->square_mean) / (1 - 1 / big);
    ck_assert_double_gt(moments->mean_square, 0);
    if (fabs(found->noise_sum - noise) > within || fabs(found->signal_sum - signal) > within) {
        ck_abort_msg("%s: found noise %.9g and signal %.9g, expected %.9g and %.9g", what,
                     found->noise_sum, found->signal_sum, noise, signal);
    }
}

static double weight_of(const descent_loss *loss, const descent_batch *batch, size_t i)
{
    return loss->class_weights != NULL ? (double)loss->class_weights[batch->labels[i]] : 1;
}

/* By the reference in double precision, one sample at a time: [n × count], the caller frees them.
 */
static double *reference_gradients(const struct problem *problem, const struct objective *objective)
{
    size_t n = problem->n, count = problem->count;
    double *gradients = calloc(n * count, sizeof *gradients), weights = 0;
    descent_batch batch = problem_batch(problem, objective);
    ck_assert_ptr_nonnull(gradients);
    for (size_t i = 0; i < n; i++) {
        weights += weight_of(&objective->loss, &batch, i);
    }
    for (size_t i = 0; i < n; i++) {
        descent_batch one = problem_part(problem, batch, i, 1);
        double *gradient = gradients + i * count;
        double share = weight_of(&objective->loss, &batch, i) / weights;
        reference_backward(&problem->network, &objective->loss, &one, gradient);
        for (size_t p = 0; p < count; p++) {
            gradient[p] *= share * (double)n;
        }
    }
    return gradients;
}

static descent_trainer_config config_of(const struct objective *objective)
{
    descent_trainer_config config = test_trainer_config();
    config.loss = objective->loss;
    config.batch = SAMPLES;
    config.noise_period = 1;
    return config;
}

/* On the way that stores the gradient and on the one that does not, with decay and clipping, which
 * are no part of it, at once and in parts, on several threads. */
START_TEST(a_step_measures_the_gradients_of_its_samples)
{
    const struct objective *objective = &objectives[_i / 6];
    int way = _i % 6;
    struct problem problem;
    problem_create(&problem, &shape, SAMPLES, 50 + (uint64_t)_i);
    double *gradients = reference_gradients(&problem, objective);
    struct moments moments = moments_of(gradients, SAMPLES, problem.count);
    descent_trainer_config config = config_of(objective);
    config.norm_period = way == 1;
    config.clip_norm = way == 2 ? 0.01 : 0;
    config.optimizer.weight_decay = way == 2 ? 0.5 : 0;
    config.optimizer.kind = way == 3 ? DESCENT_OPTIMIZER_ADAMW : DESCENT_OPTIMIZER_SGD;
    config.threads = 1 + way % 3;
    descent_trainer *trainer = problem_trainer_with(&problem, &config);
    descent_batch batch = problem_batch(&problem, objective);
    descent_metrics metrics = {0};
    if (way == 5) {
        descent_batch begin = problem_part(&problem, batch, 0, 7);
        descent_batch rest = problem_part(&problem, batch, 7, SAMPLES - 7);
        ck_assert_ok(descent_trainer_backward(trainer, &begin, SAMPLES, &metrics));
        ck_assert_ok(descent_trainer_backward(trainer, &rest, SAMPLES, &metrics));
    }
    ck_assert_ok(descent_trainer_step(trainer, way == 5 ? NULL : &batch, 0.1, &metrics));
    assert_estimates(&metrics, &moments, SAMPLES, 1e-5, objective->name);
    descent_trainer_destroy(trainer);
    problem_destroy(&problem);
    free(gradients);
}
END_TEST

static bool has_kink(descent_activation activation)
{
    return activation == DESCENT_ACTIVATION_RELU || activation == DESCENT_ACTIVATION_LEAKY_RELU;
}

/* By the trainer itself: what each sample adds to a sum, its own dropout masks included. */
static double *own_gradients(const struct random_network *made)
{
    size_t n = made->problem.n, count = made->problem.count;
    double *gradients = calloc(n * count, sizeof *gradients);
    float *sum = calloc(count, sizeof *sum), *before = calloc(count, sizeof *before);
    ck_assert(gradients != NULL && sum != NULL && before != NULL);
    descent_trainer *trainer = problem_trainer_with(&made->problem, &made->config);
    descent_batch batch = problem_batch(&made->problem, made->objective);
    for (size_t i = 0; i < n; i++) {
        descent_batch one = problem_part(&made->problem, batch, i, 1);
        ck_assert_ok(descent_trainer_backward(trainer, &one, n, NULL));
        ck_assert_ok(descent_trainer_gradient(trainer, sum));
        for (size_t p = 0; p < count; p++) {
            gradients[i * count + p] = ((double)sum[p] - (double)before[p]) * (double)n;
        }
        memcpy(before, sum, count * sizeof *sum);
    }
    descent_trainer_destroy(trainer);
    free(sum);
    free(before);
    return gradients;
}

/* Those without kinks and class weights: weights are scaled when all samples are known. */
START_TEST(dropout_is_part_of_the_noise)
{
    size_t seen = 0;
    for (size_t i = 0; i < RANDOM_NETWORKS; i++) {
        struct random_network made;
        random_network_create(&made, i);
        const descent_model_config *drawn = &made.problem.network.shape;
        if (made.problem.n > 1 && made.problem.count < 4000 &&
            made.objective->loss.class_weights == NULL &&
            made.config.dropout + made.config.input_dropout > 0 && !has_kink(drawn->activation) &&
            !has_kink(drawn->output_activation)) {
            descent_metrics metrics = {0};
            double *gradients = own_gradients(&made);
            struct moments moments = moments_of(gradients, made.problem.n, made.problem.count);
            made.config.noise_period = 1;
            descent_trainer *trainer = problem_trainer_with(&made.problem, &made.config);
            descent_batch batch = problem_batch(&made.problem, made.objective);
            ck_assert_ok(descent_trainer_step(trainer, &batch, 0, &metrics));
            assert_estimates(&metrics, &moments, made.problem.n, 1e-4, made.name);
            descent_trainer_destroy(trainer);
            free(gradients);
            seen++;
        }
        random_network_destroy(&made);
    }
    ck_assert_uint_gt(seen, 10);
}
END_TEST

enum { SET = 6, DRAWN = 3, BATCHES = 20 };

/* Samples of the set, by the bits of a number, gathered into arrays of a batch. */
static descent_batch gather(const struct problem *set, unsigned bits, float *features,
                            int32_t *labels)
{
    size_t n = 0, inputs = shape.sizes[0];
    for (size_t i = 0; i < SET; i++) {
        if (bits >> i & 1) {
            memcpy(features + n * inputs, set->features + i * inputs, inputs * sizeof *features);
            labels[n++] = set->labels[i];
        }
    }
    return (descent_batch){.features = features, .labels = labels, .n = n};
}

/* Over all batches of 3 out of 6 samples: tr Σ is the variance of the set, divided by one less than
 * their number, and |G|² is that of the set without what is noise in it. A learning rate of 0
 * leaves the weights where they are. */
START_TEST(the_estimates_have_no_bias)
{
    struct problem set;
    float features[DRAWN * 13];
    int32_t labels[DRAWN];
    descent_metrics sum = {0};
    size_t batches = 0;
    problem_create(&set, &shape, SET, 44);
    double *gradients = reference_gradients(&set, &objectives[0]);
    struct moments all = moments_of(gradients, SET, set.count);
    descent_trainer_config config = config_of(&objectives[0]);
    descent_trainer *trainer = problem_trainer_with(&set, &config);
    for (unsigned bits = 0; bits < 1U << SET; bits++) {
        if (__builtin_popcount(bits) == DRAWN) {
            descent_batch batch = gather(&set, bits, features, labels);
            ck_assert_ok(descent_trainer_step(trainer, &batch, 0, &sum));
            batches++;
        }
    }
    ck_assert_uint_eq(batches, BATCHES);
    double variance = (all.mean_square - all.square_mean) * SET / (SET - 1);
    double signal = all.square_mean - variance / SET;
    ck_assert_double_eq_tol(sum.noise_sum / BATCHES, variance, 1e-5 * variance);
    ck_assert_double_eq_tol(sum.signal_sum / BATCHES, signal, 1e-5 * variance);
    ck_assert_double_eq_tol(descent_metrics_noise_scale(&sum), variance / signal,
                            1e-4 * fabs(variance / signal));
    descent_trainer_destroy(trainer);
    problem_destroy(&set);
    free(gradients);
}
END_TEST

START_TEST(only_the_middle_step_of_a_period_is_measured)
{
    struct problem problem;
    problem_create(&problem, &shape, SAMPLES, 45);
    descent_trainer_config config = config_of(&objectives[0]);
    config.noise_period = (uint64_t)_i;
    descent_trainer *trainer = problem_trainer_with(&problem, &config);
    for (uint64_t step = 0; step < 12; step++) {
        size_t n = step == 9 ? 1 : SAMPLES;
        descent_batch batch = problem_part(&problem, problem_batch(&problem, &objectives[0]), 0, n);
        descent_metrics metrics = {0};
        bool due = _i > 0 && step % (uint64_t)_i == (uint64_t)_i / 2 && n > 1;
        ck_assert_ok(descent_trainer_step(trainer, &batch, 0.1, &metrics));
        ck_assert_int_eq(metrics.noise_sum > 0, due);
        ck_assert_int_eq(metrics.signal_sum != 0, due);
    }
    descent_trainer_destroy(trainer);
    problem_destroy(&problem);
}
END_TEST

START_TEST(without_a_measurement_there_is_no_scale)
{
    const descent_metrics none = {0}, hidden = {.noise_sum = 2, .signal_sum = -1, .noises = 1};
    /* 1, 2 and 3: mean 2, standard error 1/√3; −1, 0 and 4: mean 1, standard error √(7/3) */
    const descent_metrics clear = {
        .noise_sum = 24, .signal_sum = 6, .signal_square_sum = 14, .noises = 3};
    const descent_metrics unclear = {
        .noise_sum = 24, .signal_sum = 3, .signal_square_sum = 17, .noises = 3};
    const descent_metrics both = {.noise_sum = 6, .signal_sum = 1.5, .noises = 1};
    ck_assert_double_eq_tol(descent_metrics_noise_scale(&clear), 4, 1e-12);
    ck_assert_double_nan(descent_metrics_noise_scale(&unclear));
    ck_assert_double_nan(descent_metrics_noise_scale(&none));
    ck_assert_double_nan(descent_metrics_noise_scale(&hidden));
    ck_assert_double_eq(descent_metrics_noise_scale(&both), 4);
}
END_TEST

/* Parameters after some steps, and what they have measured. */
static float *train(const struct random_network *made, descent_metrics *metrics)
{
    descent_trainer *trainer = problem_trainer_with(&made->problem, &made->config);
    descent_batch batch = problem_batch(&made->problem, made->objective);
    size_t n = made->problem.n, first = made->parts > 1 ? n / 3 : 0;
    float *parameters = calloc(made->problem.count, sizeof *parameters);
    ck_assert_ptr_nonnull(parameters);
    for (int i = 0; i < 3; i++) {
        descent_batch begin = problem_part(&made->problem, batch, 0, first);
        descent_batch rest = problem_part(&made->problem, batch, first, n - first);
        if (first > 0) {
            ck_assert_ok(descent_trainer_backward(trainer, &begin, n, metrics));
            ck_assert_ok(descent_trainer_backward(trainer, &rest, n, metrics));
        }
        ck_assert_ok(
            descent_trainer_step(trainer, first > 0 ? NULL : &batch, made->learning_rate, metrics));
    }
    problem_read(&made->problem, trainer, parameters);
    descent_trainer_destroy(trainer);
    return parameters;
}

/* Nor do threads change one of what is measured. */
START_TEST(measuring_changes_no_bit)
{
    for (size_t i = (size_t)_i; i < RANDOM_NETWORKS; i += 20) {
        struct random_network made;
        descent_metrics without = {0}, with = {0}, threads = {0};
        random_network_create(&made, i);
        float *expected = train(&made, &without);
        made.config.noise_period = 1 + i % 2;
        float *found = train(&made, &with);
        ck_assert_mem_eq(found, expected, made.problem.count * sizeof *found);
        ck_assert_double_eq(with.norm_sum, without.norm_sum);
        ck_assert_double_eq(with.loss_sum, without.loss_sum);
        made.config.threads = 3;
        float *shared = train(&made, &threads);
        ck_assert_mem_eq(&threads, &with, sizeof threads);
        free(expected);
        free(found);
        free(shared);
        random_network_destroy(&made);
    }
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_LOOP(a_step_measures_the_gradients_of_its_samples, 6 * OBJECTIVES),
        TEST_CASE(dropout_is_part_of_the_noise),
        TEST_CASE(the_estimates_have_no_bias),
        TEST_LOOP(only_the_middle_step_of_a_period_is_measured, 5),
        TEST_CASE(without_a_measurement_there_is_no_scale),
        TEST_LOOP(measuring_changes_no_bit, 10),
    };
    return run_tests_on_engines("noise", cases, TEST_COUNT(cases));
}
