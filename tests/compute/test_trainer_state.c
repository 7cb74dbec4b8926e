/*
 * What a trainer keeps: the same bytes for the same seed and after resuming, everything as it was
 * when a step fails, and what it refuses.
 */
#include "engines.h"
#include "golden.h"

#include <math.h>
#include <string.h>

static const descent_model_config shape = {
    .layers = 3, .sizes = {13, 7, 13, 5}, .activation = DESCENT_ACTIVATION_TANH};

enum { SAMPLES = 33, PARAMETERS = 14 * 7 + 8 * 13 + 14 * 5 };

static const struct {
    double feature;
    bool in_parts; /* through descent_trainer_backward() */
} broken[] = {{NAN, false}, {INFINITY, false}, {-INFINITY, false}, {NAN, true}, {INFINITY, true}};

/* All that a checkpoint would hold. */
struct snapshot {
    float parameters[PARAMETERS];
    float state[2][PARAMETERS];
    uint64_t steps;
};

static void take_snapshot(const struct problem *problem, const descent_trainer *trainer,
                          struct snapshot *snapshot)
{
    memset(snapshot, 0, sizeof *snapshot);
    problem_read(problem, trainer, snapshot->parameters);
    for (size_t slot = 0; slot < descent_trainer_slots(trainer); slot++) {
        descent_trainer_save_state(trainer, slot, snapshot->state[slot]);
    }
    snapshot->steps = descent_trainer_steps(trainer);
}

static void check_broken_step(descent_activation activation)
{
    struct problem problem;
    struct snapshot before;
    struct snapshot after;
    descent_model_config config = shape;
    descent_trainer_config training = test_trainer_config();
    training.batch = SAMPLES;
    training.optimizer.kind = DESCENT_OPTIMIZER_ADAM;
    config.activation = activation;
    problem_create(&problem, &config, SAMPLES, 26);
    descent_batch batch = problem_batch(&problem, &objectives[0]);
    descent_trainer *trainer = problem_trainer_with(&problem, &training);
    ck_assert_ok(descent_trainer_step(trainer, &batch, 0.1, NULL));
    take_snapshot(&problem, trainer, &before);
    for (size_t b = 0; b < TEST_COUNT(broken); b++) {
        float kept = problem.features[17];
        descent_metrics metrics = {.loss_sum = 2, .correct = 1, .samples = 3};
        problem.features[17] = (float)broken[b].feature;
        descent_status status = broken[b].in_parts
                                    ? descent_trainer_backward(trainer, &batch, SAMPLES, &metrics)
                                    : descent_trainer_step(trainer, &batch, 0.1, &metrics);
        if (status == DESCENT_OK) {
            status = descent_trainer_step(trainer, NULL, 0.1, NULL);
        }
        ck_assert_int_eq(status, DESCENT_ERROR_NONFINITE);
        ck_assert_str_ne(descent_last_error(), "");
        ck_assert(broken[b].in_parts || metrics.samples == 3);
        take_snapshot(&problem, trainer, &after);
        ck_assert_mem_eq(&after, &before, sizeof before);
        problem.features[17] = kept;
    }
    descent_trainer_destroy(trainer);
    problem_destroy(&problem);
}

START_TEST(a_broken_step_leaves_everything_as_it_was)
{
    check_broken_step((descent_activation)_i);
}
END_TEST

/* After a broken step, training goes on as if it had not been tried. */
START_TEST(a_broken_sum_is_dropped)
{
    struct problem problem;
    float found[PARAMETERS];
    double expected[PARAMETERS];
    problem_create(&problem, &shape, SAMPLES, 27);
    descent_batch batch = problem_batch(&problem, &objectives[0]);
    reference_backward(&problem.network, &objectives[0].loss, &batch, expected);
    descent_trainer *trainer = problem_trainer(&problem, &objectives[0]);
    float kept = problem.features[17];
    ck_assert_ok(descent_trainer_backward(trainer, &batch, 2 * SAMPLES, NULL));
    problem.features[17] = NAN;
    ck_assert_int_eq(descent_trainer_backward(trainer, &batch, 2 * SAMPLES, NULL),
                     DESCENT_ERROR_NONFINITE);
    problem.features[17] = kept;
    ck_assert_ok(descent_trainer_backward(trainer, &batch, SAMPLES, NULL));
    descent_trainer_gradient(trainer, found);
    assert_layers_close(&shape, found, expected, 2e-6, "after a broken sum");
    descent_trainer_destroy(trainer);
    problem_destroy(&problem);
}
END_TEST

START_TEST(the_same_seed_gives_the_same_bytes)
{
    struct problem problem;
    float first[PARAMETERS];
    float second[PARAMETERS];
    problem_create(&problem, &shape, SAMPLES, 28);
    descent_batch batch = problem_batch(&problem, &objectives[0]);
    for (int run = 0; run < 2; run++) {
        descent_trainer *trainer = problem_trainer(&problem, &objectives[0]);
        for (int step = 0; step < 20; step++) {
            ck_assert_ok(descent_trainer_step(trainer, &batch, 0.3, NULL));
        }
        problem_read(&problem, trainer, run == 0 ? first : second);
        descent_trainer_destroy(trainer);
    }
    ck_assert_mem_eq(first, second, sizeof first);
    problem_destroy(&problem);
}
END_TEST

/* Saved halfway and loaded into a new trainer, training ends in the same bytes. */
START_TEST(a_resumed_trainer_goes_on_to_the_same_bytes)
{
    struct problem problem;
    struct snapshot straight;
    struct snapshot halfway;
    struct snapshot resumed;
    descent_trainer_config config = test_trainer_config();
    config.batch = SAMPLES;
    config.dropout = 0.25;
    config.optimizer = golden_optimizers[_i].optimizer;
    problem_create(&problem, &shape, SAMPLES, 29);
    descent_batch batch = problem_batch(&problem, &objectives[0]);
    descent_trainer *trainer = problem_trainer_with(&problem, &config);
    descent_trainer *fresh = problem_trainer_with(&problem, &config);
    descent_model *model = problem_model(&problem);
    for (int step = 0; step < 6; step++) {
        if (step == 3) {
            take_snapshot(&problem, trainer, &halfway);
            ck_assert_ok(descent_trainer_save(trainer, model));
        }
        ck_assert_ok(descent_trainer_step(trainer, &batch, 0.1, NULL));
    }
    take_snapshot(&problem, trainer, &straight);
    ck_assert_ok(descent_trainer_load(fresh, model));
    for (size_t slot = 0; slot < descent_trainer_slots(fresh); slot++) {
        descent_trainer_load_state(fresh, slot, halfway.state[slot]);
    }
    descent_trainer_resume(fresh, halfway.steps);
    for (int step = 3; step < 6; step++) {
        ck_assert_ok(descent_trainer_step(fresh, &batch, 0.1, NULL));
    }
    take_snapshot(&problem, fresh, &resumed);
    ck_assert_mem_eq(&resumed, &straight, sizeof straight);
    descent_model_destroy(model);
    descent_trainer_destroy(trainer);
    descent_trainer_destroy(fresh);
    problem_destroy(&problem);
}
END_TEST
START_TEST(another_architecture_is_refused_with_both_shapes)
{
    struct problem problem;
    problem_create(&problem, &shape, SAMPLES, 30);
    descent_trainer *trainer = problem_trainer(&problem, &objectives[0]);
    descent_model_config other = {.layers = 2, .sizes = {13, 7, 5}};
    descent_model *model;
    ck_assert_ok(descent_model_create(&model, &other));
    for (int direction = 0; direction < 2; direction++) {
        descent_status status = direction == 0 ? descent_trainer_load(trainer, model)
                                               : descent_trainer_save(trainer, model);
        ck_assert_int_eq(status, DESCENT_ERROR_MISMATCH);
        ck_assert_ptr_nonnull(strstr(descent_last_error(), "13-7-13-5"));
        ck_assert_ptr_nonnull(strstr(descent_last_error(), "13-7-5"));
    }
    descent_model_destroy(model);
    descent_trainer_destroy(trainer);
    descent_trainer_destroy(NULL);
    problem_destroy(&problem);
}
END_TEST

static void assert_refused(descent_status status, const char *found)
{
    ck_assert_int_eq(status, DESCENT_ERROR_INVALID);
    ck_assert_msg(strstr(descent_last_error(), found) != NULL, "\"%s\" does not say %s",
                  descent_last_error(), found);
}

#define FIELD(name) offsetof(descent_trainer_config, name)

static const struct {
    size_t offset;
    double value;
    const char *message;
} bad_numbers[] = {
    {FIELD(dropout), 1, "dropout"},
    {FIELD(dropout), -0.1, "dropout"},
    {FIELD(dropout), NAN, "dropout"},
    {FIELD(clip_norm), -1, "clip"},
    {FIELD(clip_norm), NAN, "clip"},
    {FIELD(loss.label_smoothing), 1, "smoothing"},
    {FIELD(loss.label_smoothing), -0.1, "smoothing"},
    {FIELD(loss.label_smoothing), NAN, "smoothing"},
    {FIELD(optimizer.momentum), 2, "momentum"},
};

START_TEST(bad_settings_are_refused_by_name)
{
    struct problem problem;
    descent_trainer_config config = test_trainer_config();
    problem_create(&problem, &shape, 1, 31);
    descent_model *model = problem_model(&problem);
    descent_trainer *trainer = problem_trainer_with(&problem, &config);
    descent_trainer *kept = trainer;
    memcpy((char *)&config + bad_numbers[_i].offset, &bad_numbers[_i].value, sizeof(double));
    assert_refused(descent_trainer_create(&trainer, model, &config), bad_numbers[_i].message);
    ck_assert_ptr_null(trainer);
    descent_trainer_destroy(kept);
    descent_model_destroy(model);
    problem_destroy(&problem);
}
END_TEST

START_TEST(other_bad_settings_are_refused)
{
    struct problem problem;
    const descent_trainer_config defaults = test_trainer_config();
    descent_trainer_config configs[] = {defaults, defaults, defaults, defaults};
    const char *messages[] = {"0", "", "-1", "loss"};
    configs[0].batch = 0;
    configs[1].batch = SIZE_MAX;
    configs[2].threads = -1;
    configs[3].loss.kind = DESCENT_LOSS_COUNT;
    problem_create(&problem, &shape, 1, 31);
    descent_model *model = problem_model(&problem);
    for (size_t i = 0; i < TEST_COUNT(configs); i++) {
        descent_trainer *trainer;
        assert_refused(descent_trainer_create(&trainer, model, &configs[i]), messages[i]);
        ck_assert_ptr_null(trainer);
    }
    descent_model_destroy(model);
    problem_destroy(&problem);
}
END_TEST

/* Each way in refuses a bad batch, and nothing changes. */
static void check_refusal(const struct problem *problem, descent_trainer *trainer,
                          const descent_batch *batch, const char *found)
{
    struct snapshot before;
    struct snapshot after;
    descent_metrics metrics = {0};
    take_snapshot(problem, trainer, &before);
    assert_refused(descent_trainer_step(trainer, batch, 0.1, &metrics), found);
    assert_refused(descent_trainer_backward(trainer, batch, SAMPLES, &metrics), found);
    assert_refused(descent_trainer_evaluate(trainer, batch, &metrics), found);
    take_snapshot(problem, trainer, &after);
    ck_assert_mem_eq(&after, &before, sizeof before);
    ck_assert_uint_eq(metrics.samples, 0);
}

START_TEST(bad_batches_are_refused)
{
    struct problem problem;
    problem_create(&problem, &shape, SAMPLES, 32);
    descent_trainer *trainer = problem_trainer(&problem, &objectives[0]);
    descent_batch good = problem_batch(&problem, &objectives[0]);
    descent_batch bad = good;
    bad.n = 0;
    check_refusal(&problem, trainer, &bad, "0");
    bad.n = SAMPLES + 1;
    check_refusal(&problem, trainer, &bad, "34");
    problem.labels[SAMPLES - 1] = 5;
    check_refusal(&problem, trainer, &good, "5");
    problem.labels[SAMPLES - 1] = INT32_MIN;
    check_refusal(&problem, trainer, &good, "-2147483648");
    problem.labels[SAMPLES - 1] = 0;
    bad = good;
    bad.labels = NULL;
    check_refusal(&problem, trainer, &bad, "");
    bad.targets = problem.targets;
    check_refusal(&problem, trainer, &bad, "");
    ck_assert_ok(descent_trainer_step(trainer, &good, 0.1, NULL));
    descent_trainer_destroy(trainer);
    problem_destroy(&problem);
}
END_TEST

/* More samples than a step may have are fine for evaluating and measuring, if planned for. */
START_TEST(steps_take_no_more_than_their_batch)
{
    struct problem problem;
    struct snapshot before;
    struct snapshot after;
    descent_metrics metrics = {0};
    descent_trainer_config config = test_trainer_config();
    config.batch = SAMPLES - 1;
    config.evaluation_batch = SAMPLES;
    problem_create(&problem, &shape, SAMPLES, 34);
    descent_trainer *trainer = problem_trainer_with(&problem, &config);
    descent_batch batch = problem_batch(&problem, &objectives[0]);
    take_snapshot(&problem, trainer, &before);
    assert_refused(descent_trainer_step(trainer, &batch, 0.1, &metrics), "1 to 32 samples");
    assert_refused(descent_trainer_backward(trainer, &batch, SAMPLES, &metrics), "1 to 32 samples");
    take_snapshot(&problem, trainer, &after);
    ck_assert_mem_eq(&after, &before, sizeof before);
    ck_assert_ok(descent_trainer_evaluate(trainer, &batch, &metrics));
    ck_assert_ok(descent_trainer_measure(trainer, &batch, SAMPLES, NULL));
    ck_assert_uint_eq(metrics.samples, SAMPLES);
    batch.n = SAMPLES + 1;
    assert_refused(descent_trainer_evaluate(trainer, &batch, &metrics), "1 to 33 samples");
    assert_refused(descent_trainer_measure(trainer, &batch, SAMPLES + 1, NULL), "1 to 33 samples");
    descent_trainer_destroy(trainer);
    problem_destroy(&problem);
}
END_TEST

START_TEST(bad_rates_and_empty_sums_are_refused)
{
    struct problem problem;
    problem_create(&problem, &shape, SAMPLES, 33);
    descent_trainer *trainer = problem_trainer(&problem, &objectives[0]);
    descent_batch batch = problem_batch(&problem, &objectives[0]);
    assert_refused(descent_trainer_step(trainer, &batch, -0.1, NULL), "-0.1");
    assert_refused(descent_trainer_step(trainer, &batch, NAN, NULL), "nan");
    assert_refused(descent_trainer_step(trainer, &batch, INFINITY, NULL), "inf");
    assert_refused(descent_trainer_step(trainer, NULL, 0.1, NULL), "");
    assert_refused(descent_trainer_backward(trainer, &batch, SAMPLES - 1, NULL), "32");
    ck_assert_uint_eq(descent_trainer_steps(trainer), 0);
    descent_trainer_destroy(trainer);
    problem_destroy(&problem);
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_LOOP(a_broken_step_leaves_everything_as_it_was, DESCENT_ACTIVATION_COUNT),
        TEST_CASE(a_broken_sum_is_dropped),
        TEST_CASE(the_same_seed_gives_the_same_bytes),
        TEST_LOOP(a_resumed_trainer_goes_on_to_the_same_bytes, GOLDEN_OPTIMIZERS),
        TEST_CASE(another_architecture_is_refused_with_both_shapes),
        TEST_LOOP(bad_settings_are_refused_by_name, TEST_COUNT(bad_numbers)),
        TEST_CASE(other_bad_settings_are_refused),
        TEST_CASE(bad_batches_are_refused),
        TEST_CASE(steps_take_no_more_than_their_batch),
        TEST_CASE(bad_rates_and_empty_sums_are_refused),
    };
    return run_tests_on_engines("trainer state", cases, TEST_COUNT(cases));
}
