/*
 * The trainer's steps: whole trajectories against the reference, and the identities that batches,
 * clipping and weight decay obey.
 */
#include "engines.h"
#include "golden.h"

#include <math.h>
#include <string.h>

static const descent_model_config shape = {
    .layers = 3, .sizes = {13, 7, 13, 5}, .activation = DESCENT_ACTIVATION_TANH};

enum { SAMPLES = 33, PARAMETERS = 14 * 7 + 8 * 13 + 14 * 5 };

static void mark_weights(bool *is_weight)
{
    for (size_t l = 0; l < shape.layers; l++) {
        size_t offset = reference_layer_offset(&shape, l);
        for (size_t i = 0; i < reference_layer_size(&shape, l); i++) {
            is_weight[offset + i] = i < shape.sizes[l] * shape.sizes[l + 1];
        }
    }
}

/* What a trajectory is run with beside the optimizer. Norms of this problem are near 1, so the
 * tight clip bites at every step and the loose one never. */
static const struct {
    double clip_norm;
    bool decay_biases;
    size_t objective;
} settings[] = {{0, false, 0}, {0.1, false, 1}, {1e3, true, 2}, {0.3, true, 3}};

static void reference_step(const struct problem *problem, const descent_trainer_config *config,
                           const descent_batch *batch, double *state, double rate, uint64_t step)
{
    double gradient[PARAMETERS];
    bool is_weight[PARAMETERS];
    mark_weights(is_weight);
    reference_backward(&problem->network, &config->loss, batch, gradient);
    reference_clip(PARAMETERS, gradient, config->clip_norm);
    reference_update(&config->optimizer, PARAMETERS, problem->parameters, gradient, state, rate,
                     step, config->decay_biases ? NULL : is_weight);
}

/* Twelve steps on changing parts of the data. Adam and RMSprop divide by √v, which turns rounding
 * of the tiniest gradients into a full step; a mean over all parameters hardly sees it. */
static void check_trajectory(const struct golden_optimizer *golden, size_t s)
{
    const struct objective *objective = &objectives[settings[s].objective];
    struct problem problem;
    double state[2 * PARAMETERS] = {0};
    float found[PARAMETERS];
    descent_trainer_config config = test_trainer_config();
    config.loss = objective->loss;
    config.optimizer = golden->optimizer;
    config.clip_norm = settings[s].clip_norm;
    config.decay_biases = settings[s].decay_biases;
    problem_create(&problem, &shape, SAMPLES, 21);
    descent_batch all = problem_batch(&problem, objective);
    descent_trainer *trainer = problem_trainer_with(&problem, &config);
    for (uint64_t t = 0; t < 12; t++) {
        descent_batch batch = problem_part(&problem, all, t, SAMPLES - 12 - t);
        double rate = golden->learning_rate / (double)(1 + t);
        ck_assert_ok(descent_trainer_step(trainer, &batch, rate, NULL));
        reference_step(&problem, &config, &batch, state, rate, t + 1);
    }
    problem_read(&problem, trainer, found);
    ck_assert_uint_eq(descent_trainer_steps(trainer), 12);
    assert_layers_close(&shape, found, problem.parameters, 1e-5, golden->name);
    descent_trainer_destroy(trainer);
    problem_destroy(&problem);
}

START_TEST(trajectories_agree_with_the_reference)
{
    for (size_t s = 0; s < TEST_COUNT(settings); s++) {
        check_trajectory(&golden_optimizers[_i], s);
    }
}
END_TEST

/* A trainer's gradient of a batch taken in parts. */
static void summed_gradient(const struct problem *problem, const struct objective *objective,
                            const size_t *lengths, size_t parts, float *gradient)
{
    descent_trainer *trainer = problem_trainer(problem, objective);
    descent_batch batch = problem_batch(problem, objective);
    for (size_t i = 0, first = 0; i < parts; first += lengths[i++]) {
        descent_batch part = problem_part(problem, batch, first, lengths[i]);
        ck_assert_ok(descent_trainer_backward(trainer, &part, batch.n, NULL));
    }
    descent_trainer_gradient(trainer, gradient);
    descent_trainer_destroy(trainer);
}

static void widen(const float *from, double *to)
{
    for (size_t i = 0; i < PARAMETERS; i++) {
        to[i] = (double)from[i];
    }
}

START_TEST(parts_of_a_batch_sum_up_to_the_whole)
{
    const size_t whole[] = {SAMPLES};
    const size_t lengths[] = {20, 1, 12};
    struct problem problem;
    float parts[PARAMETERS];
    float once[PARAMETERS];
    double expected[PARAMETERS];
    problem_create(&problem, &shape, SAMPLES, 22);
    summed_gradient(&problem, &objectives[_i], whole, 1, once);
    summed_gradient(&problem, &objectives[_i], lengths, 3, parts);
    widen(once, expected);
    /* Packed sums go on from one part to the next, unless class weights scale them in the end. */
    if (test_engine == DESCENT_ENGINE_PACKED && objectives[_i].loss.class_weights == NULL) {
        ck_assert_mem_eq(parts, once, sizeof once);
    }
    ck_assert_double_gt(reference_norm(PARAMETERS, expected), 1e-2);
    assert_layers_close(&shape, parts, expected, 2e-6, objectives[_i].name);
    problem_destroy(&problem);
}
END_TEST

START_TEST(a_step_on_summed_parts_is_a_step_on_the_whole)
{
    struct problem problem;
    float in_parts[PARAMETERS];
    float at_once[PARAMETERS];
    double expected[PARAMETERS];
    problem_create(&problem, &shape, SAMPLES, 22);
    descent_batch batch = problem_batch(&problem, &objectives[_i]);
    descent_trainer *parts = problem_trainer(&problem, &objectives[_i]);
    descent_trainer *whole = problem_trainer(&problem, &objectives[_i]);
    for (int step = 0; step < 5; step++) {
        descent_batch first = problem_part(&problem, batch, 0, 20);
        descent_batch second = problem_part(&problem, batch, 20, 13);
        ck_assert_ok(descent_trainer_backward(parts, &first, SAMPLES, NULL));
        ck_assert_ok(descent_trainer_backward(parts, &second, SAMPLES, NULL));
        ck_assert_ok(descent_trainer_step(parts, NULL, 0.1, NULL));
        ck_assert_ok(descent_trainer_step(whole, &batch, 0.1, NULL));
        ck_assert_double_eq_tol(descent_trainer_gradient_norm(parts),
                                descent_trainer_gradient_norm(whole), 1e-6);
    }
    problem_read(&problem, parts, in_parts);
    problem_read(&problem, whole, at_once);
    widen(at_once, expected);
    assert_layers_close(&shape, in_parts, expected, 2e-6, objectives[_i].name);
    ck_assert_uint_eq(descent_trainer_steps(parts), 5);
    descent_trainer_destroy(parts);
    descent_trainer_destroy(whole);
    problem_destroy(&problem);
}
END_TEST

/* Turns the order of a problem's samples round. */
static void reverse_samples(struct problem *problem)
{
    size_t inputs = shape.sizes[0];
    for (size_t a = 0, b = problem->n - 1; a < b; a++, b--) {
        int32_t label = problem->labels[a];
        problem->labels[a] = problem->labels[b];
        problem->labels[b] = label;
        for (size_t i = 0; i < inputs; i++) {
            float feature = problem->features[a * inputs + i];
            problem->features[a * inputs + i] = problem->features[b * inputs + i];
            problem->features[b * inputs + i] = feature;
        }
    }
}

START_TEST(the_order_of_samples_in_a_batch_does_not_matter)
{
    const size_t whole[] = {SAMPLES};
    struct problem problem;
    float forwards[PARAMETERS];
    float backwards[PARAMETERS];
    double expected[PARAMETERS];
    problem_create(&problem, &shape, SAMPLES, 23);
    summed_gradient(&problem, &objectives[0], whole, 1, forwards);
    reverse_samples(&problem);
    summed_gradient(&problem, &objectives[0], whole, 1, backwards);
    widen(forwards, expected);
    assert_layers_close(&shape, backwards, expected, 2e-6, "reversed");
    problem_destroy(&problem);
}
END_TEST

/* Plain descent at rate 1 moves by the gradient itself: what was clipped shows in the distance. */
START_TEST(clipping_cuts_the_gradient_to_the_norm)
{
    struct problem problem;
    float found[PARAMETERS];
    double gradient[PARAMETERS];
    double moved[PARAMETERS];
    descent_trainer_config config = test_trainer_config();
    config.batch = SAMPLES;
    config.clip_norm = 0.05;
    problem_create(&problem, &shape, SAMPLES, 24);
    descent_batch batch = problem_batch(&problem, &objectives[0]);
    reference_backward(&problem.network, &objectives[0].loss, &batch, gradient);
    double norm = reference_norm(PARAMETERS, gradient);
    descent_trainer *trainer = problem_trainer_with(&problem, &config);
    ck_assert_double_eq(descent_trainer_gradient_norm(trainer), 0);
    ck_assert_ok(descent_trainer_step(trainer, &batch, 1, NULL));
    problem_read(&problem, trainer, found);
    for (size_t i = 0; i < PARAMETERS; i++) {
        moved[i] = problem.parameters[i] - (double)found[i];
        ck_assert_double_eq_tol(moved[i], gradient[i] * 0.05 / norm, 1e-6);
    }
    ck_assert_double_gt(norm, 0.2);
    ck_assert_double_eq_tol(reference_norm(PARAMETERS, moved), 0.05, 1e-6);
    ck_assert_double_eq_tol(descent_trainer_gradient_norm(trainer), norm, 1e-5 * norm);
    descent_trainer_destroy(trainer);
    problem_destroy(&problem);
}
END_TEST

/* At a gradient of zero, decay alone moves; MSE against the network's own outputs has none. */
START_TEST(decay_shrinks_biases_only_when_asked)
{
    struct problem problem;
    float found[PARAMETERS];
    bool is_weight[PARAMETERS];
    double outputs[SAMPLES * 5];
    descent_trainer_config config = test_trainer_config();
    config.batch = SAMPLES;
    config.loss.kind = DESCENT_LOSS_MSE;
    config.optimizer.weight_decay = 0.5;
    config.decay_biases = _i == 1;
    problem_create(&problem, &shape, SAMPLES, 25);
    reference_forward(&problem.network, problem.features, SAMPLES, outputs);
    for (size_t i = 0; i < TEST_COUNT(outputs); i++) {
        problem.targets[i] = (float)outputs[i];
    }
    descent_batch batch = problem_batch(&problem, &objectives[2]);
    descent_trainer *trainer = problem_trainer_with(&problem, &config);
    ck_assert_ok(descent_trainer_step(trainer, &batch, 0.1, NULL));
    problem_read(&problem, trainer, found);
    mark_weights(is_weight);
    for (size_t i = 0; i < PARAMETERS; i++) {
        double shrunk = is_weight[i] || config.decay_biases ? 0.95 : 1;
        ck_assert_double_eq_tol((double)found[i], shrunk * problem.parameters[i], 1e-6);
    }
    descent_trainer_destroy(trainer);
    problem_destroy(&problem);
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_LOOP(trajectories_agree_with_the_reference, GOLDEN_OPTIMIZERS),
        TEST_LOOP(parts_of_a_batch_sum_up_to_the_whole, OBJECTIVES),
        TEST_LOOP(a_step_on_summed_parts_is_a_step_on_the_whole, OBJECTIVES),
        TEST_CASE(the_order_of_samples_in_a_batch_does_not_matter),
        TEST_CASE(clipping_cuts_the_gradient_to_the_norm),
        TEST_LOOP(decay_shrinks_biases_only_when_asked, 2),
    };
    return run_tests_on_engines("trainer", cases, TEST_COUNT(cases));
}
