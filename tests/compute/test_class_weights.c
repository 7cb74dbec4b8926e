/*
 * Class weights beyond what reference and PyTorch say of them: identities that they obey, and bad
 * ones. A whole weight is the same as so many copies of its class's samples.
 */
#include "engines.h"
#include "problem.h"

#include <math.h>
#include <string.h>

static const descent_model_config shape = {
    .layers = 2, .sizes = {13, 7, 3}, .activation = DESCENT_ACTIVATION_TANH};

enum { SAMPLES = 20, PARAMETERS = 14 * 7 + 8 * 3 };

static const float thrice[] = {3.0f, 1.0f, 2.0f};

static descent_trainer *create_trainer(const struct problem *problem, const float *weights,
                                       double smoothing, double clip_norm)
{
    descent_trainer_config config = test_trainer_config();
    config.loss.class_weights = weights;
    config.loss.label_smoothing = smoothing;
    config.clip_norm = clip_norm;
    config.batch = problem->n;
    return problem_trainer_with(problem, &config);
}

/* A problem whose samples are those of another, each as often as its class's weight says. */
static void repeat_samples(struct problem *repeated, const struct problem *problem)
{
    problem_create(repeated, &shape, 3 * problem->n, 41);
    memcpy(repeated->parameters, problem->parameters, problem->count * sizeof(double));
    repeated->n = 0;
    for (size_t i = 0; i < problem->n; i++) {
        for (float copy = 0; copy < thrice[problem->labels[i]]; copy++) {
            memcpy(repeated->features + repeated->n * shape.sizes[0],
                   problem->features + i * shape.sizes[0], shape.sizes[0] * sizeof(float));
            repeated->labels[repeated->n++] = problem->labels[i];
        }
    }
}

/* Without smoothing, which spreads its share over classes by their weights. */
START_TEST(a_weight_counts_samples_as_often)
{
    struct problem problem, repeated;
    float weighted[PARAMETERS], copied[PARAMETERS];
    double expected[PARAMETERS];
    descent_metrics few = {0}, many = {0};
    problem_create(&problem, &shape, SAMPLES, 41);
    repeat_samples(&repeated, &problem);
    descent_batch batch = problem_batch(&problem, &objectives[0]);
    descent_batch copies = problem_batch(&repeated, &objectives[0]);
    descent_trainer *trainer = create_trainer(&problem, thrice, 0, _i == 0 ? 0 : 0.01);
    descent_trainer *plain = create_trainer(&repeated, NULL, 0, _i == 0 ? 0 : 0.01);
    ck_assert_uint_gt(repeated.n, SAMPLES);
    ck_assert_ok(descent_trainer_step(trainer, &batch, 0.5, &few));
    ck_assert_ok(descent_trainer_step(plain, &copies, 0.5, &many));
    ck_assert_double_eq(few.weight_sum, (double)repeated.n);
    ck_assert_uint_eq(few.samples, SAMPLES);
    ck_assert_double_eq_tol(few.loss_sum, many.loss_sum, 1e-5);
    ck_assert_double_eq_tol(few.norm_sum, many.norm_sum, 1e-6);
    problem_read(&problem, trainer, weighted);
    problem_read(&problem, plain, copied);
    for (size_t i = 0; i < PARAMETERS; i++) {
        expected[i] = (double)copied[i];
    }
    assert_layers_close(&shape, weighted, expected, 1e-6, "repeated");
    descent_trainer_destroy(trainer);
    descent_trainer_destroy(plain);
    problem_destroy(&problem);
    problem_destroy(&repeated);
}
END_TEST

/* A power of two cancels without rounding. */
START_TEST(equal_weights_change_nothing)
{
    const float equal[] = {4.0f, 4.0f, 4.0f};
    struct problem problem;
    float with[PARAMETERS], without[PARAMETERS];
    descent_metrics metrics[2] = {{0}};
    double smoothing = _i == 0 ? 0 : 0.25;
    problem_create(&problem, &shape, SAMPLES, 42);
    descent_batch batch = problem_batch(&problem, &objectives[0]);
    descent_trainer *weighted = create_trainer(&problem, equal, smoothing, 0);
    descent_trainer *plain = create_trainer(&problem, NULL, smoothing, 0);
    ck_assert_ok(descent_trainer_step(weighted, &batch, 0.5, &metrics[0]));
    ck_assert_ok(descent_trainer_step(plain, &batch, 0.5, &metrics[1]));
    ck_assert_double_eq_tol(descent_metrics_loss(&metrics[0]), descent_metrics_loss(&metrics[1]),
                            1e-12);
    ck_assert_uint_eq(metrics[0].correct, metrics[1].correct);
    problem_read(&problem, weighted, with);
    problem_read(&problem, plain, without);
    for (size_t i = 0; i < PARAMETERS; i++) {
        ck_assert_float_eq_tol(with[i], without[i], 1e-7f);
    }
    descent_trainer_destroy(weighted);
    descent_trainer_destroy(plain);
    problem_destroy(&problem);
}
END_TEST

START_TEST(the_trainer_keeps_its_own_weights)
{
    float weights[] = {3.0f, 1.0f, 2.0f};
    struct problem problem;
    descent_metrics before = {0}, after = {0};
    problem_create(&problem, &shape, SAMPLES, 43);
    descent_batch batch = problem_batch(&problem, &objectives[0]);
    descent_trainer *trainer = create_trainer(&problem, weights, 0, 0);
    ck_assert_ok(descent_trainer_evaluate(trainer, &batch, &before));
    weights[0] = NAN;
    ck_assert_ok(descent_trainer_evaluate(trainer, &batch, &after));
    ck_assert_double_eq(before.loss_sum, after.loss_sum);
    ck_assert_double_gt(before.weight_sum, SAMPLES);
    descent_trainer_destroy(trainer);
    problem_destroy(&problem);
}
END_TEST

/* Parts of a batch, on any number of threads: the same bits. */
START_TEST(threads_change_no_bit)
{
    struct problem problem;
    float found[2][PARAMETERS];
    problem_create(&problem, &shape, SAMPLES, 44);
    descent_batch batch = problem_batch(&problem, &objectives[0]);
    for (int threads = 1; threads <= 3; threads++) {
        descent_trainer_config config = test_trainer_config();
        config.loss.class_weights = thrice;
        config.threads = threads;
        descent_trainer *trainer = problem_trainer_with(&problem, &config);
        descent_batch first = problem_part(&problem, batch, 0, 13);
        descent_batch second = problem_part(&problem, batch, 13, 7);
        ck_assert_ok(descent_trainer_backward(trainer, &first, SAMPLES, NULL));
        ck_assert_ok(descent_trainer_backward(trainer, &second, SAMPLES, NULL));
        ck_assert_ok(descent_trainer_step(trainer, NULL, 0.1, NULL));
        ck_assert_ok(descent_trainer_step(trainer, &batch, 0.1, NULL));
        problem_read(&problem, trainer, found[threads > 1]);
        ck_assert_mem_eq(found[threads > 1], found[0], sizeof found[0]);
        descent_trainer_destroy(trainer);
    }
    problem_destroy(&problem);
}
END_TEST

static const struct {
    descent_loss_kind kind;
    float weights[3];
    const char *message;
} bad[] = {
    {DESCENT_LOSS_CROSS_ENTROPY, {1.0f, 0.0f, 1.0f}, "class weight 1"},
    {DESCENT_LOSS_CROSS_ENTROPY, {1.0f, 1.0f, -2.0f}, "found -2"},
    {DESCENT_LOSS_CROSS_ENTROPY, {NAN, 1.0f, 1.0f}, "class weight 0"},
    {DESCENT_LOSS_CROSS_ENTROPY, {1.0f, 1.0f, INFINITY}, "found inf"},
    {DESCENT_LOSS_MSE, {1.0f, 1.0f, 1.0f}, "cross-entropy"},
};

START_TEST(bad_weights_are_refused)
{
    struct problem problem;
    descent_metrics metrics = {0};
    descent_trainer_config config = test_trainer_config();
    config.loss = (descent_loss){.kind = bad[_i].kind, .class_weights = bad[_i].weights};
    problem_create(&problem, &shape, SAMPLES, 45);
    descent_batch batch = problem_batch(&problem, &objectives[0]);
    descent_model *model = problem_model(&problem);
    descent_network *network;
    descent_trainer *trainer;
    ck_assert_ok(test_network_create(&network, model, SAMPLES, 1));
    ck_assert_int_eq(descent_trainer_create(&trainer, model, &config), DESCENT_ERROR_INVALID);
    ck_assert_ptr_null(trainer);
    ck_assert_ptr_nonnull(strstr(descent_last_error(), bad[_i].message));
    ck_assert_int_eq(descent_network_evaluate(network, &config.loss, &batch, &metrics, NULL),
                     DESCENT_ERROR_INVALID);
    ck_assert_uint_eq(metrics.samples, 0);
    descent_network_destroy(network);
    descent_model_destroy(model);
    problem_destroy(&problem);
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_LOOP(a_weight_counts_samples_as_often, 2),
        TEST_LOOP(equal_weights_change_nothing, 2),
        TEST_CASE(the_trainer_keeps_its_own_weights),
        TEST_CASE(threads_change_no_bit),
        TEST_LOOP(bad_weights_are_refused, TEST_COUNT(bad)),
    };
    return run_tests_on_engines("class_weights", cases, TEST_COUNT(cases));
}
