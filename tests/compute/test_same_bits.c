/*
 * What the packed engine promises beyond being right: the same bits from any number of threads,
 * from any set of instructions and on either way of a step, for a sample in any batch; and that the
 * padding of its arrays stays zero.
 */
#include "allocations.h"
#include "engines.h"
#include "random_network.h"

#include "compute/trainer_private.h"

#include <stdio.h>
#include <string.h>

enum { GROUPS = 10, STEPS = 4, SLOTS = 2, FEW = 9 };

/* Parameters and state, [3 × count]. */
static float *read_numbers(const struct random_network *made, const descent_trainer *trainer)
{
    size_t count = made->problem.count;
    float *numbers = calloc((1 + SLOTS) * count, sizeof *numbers);
    ck_assert_ptr_nonnull(numbers);
    problem_read(&made->problem, trainer, numbers);
    for (size_t s = 0; s < descent_trainer_slots(trainer); s++) {
        descent_trainer_save_state(trainer, s, numbers + (1 + s) * count);
    }
    return numbers;
}

/* A step on n samples, in as many parts as the network has them. */
static void step(const struct random_network *made, descent_trainer *trainer, size_t n)
{
    descent_batch all = problem_batch(&made->problem, made->objective);
    size_t first = made->parts > 1 ? n / 3 : 0;
    descent_batch begin = problem_part(&made->problem, all, 0, first);
    descent_batch rest = problem_part(&made->problem, all, first, n - first);
    if (first == 0) {
        ck_assert_ok(descent_trainer_step(trainer, &rest, made->learning_rate, NULL));
        return;
    }
    ck_assert_ok(descent_trainer_backward(trainer, &begin, n, NULL));
    ck_assert_ok(descent_trainer_backward(trainer, &rest, n, NULL));
    ck_assert_ok(descent_trainer_step(trainer, NULL, made->learning_rate, NULL));
}

/* All that some steps make of a network, one of them on a short batch. */
static float *train(const struct random_network *made)
{
    descent_trainer *trainer = problem_trainer_with(&made->problem, &made->config);
    size_t n = made->problem.n;
    for (int i = 0; i < STEPS; i++) {
        step(made, trainer, i == 1 ? 1 + n / 3 : n);
    }
    float *numbers = read_numbers(made, trainer);
    descent_trainer_destroy(trainer);
    return numbers;
}

static void check_same(const struct random_network *made, const float *expected, const char *what)
{
    size_t count = made->problem.count;
    float *found = train(made);
    for (size_t i = 0; i < (1 + SLOTS) * count; i++) {
        if (memcmp(&found[i], &expected[i], sizeof found[i]) != 0) {
            ck_abort_msg("%s: with %s number %zu of slot %zu is %a, not %a", made->name, what,
                         i % count, i / count, (double)found[i], (double)expected[i]);
        }
    }
    free(found);
}

/* By plain C on one thread, with the gradient stored. */
static float *train_plainly(struct random_network *made)
{
    ck_assert_ok(descent_instruction_set_use(DESCENT_INSTRUCTION_SET_GENERIC));
    made->config.threads = 1;
    made->config.norm_period = 1;
    return train(made);
}

static void check_sets(const struct random_network *made, const float *expected)
{
    for (unsigned set = 0; set < DESCENT_INSTRUCTION_SET_COUNT; set++) {
        if (descent_instruction_set_is_there((descent_instruction_set)set)) {
            ck_assert_ok(descent_instruction_set_use((descent_instruction_set)set));
            check_same(made, expected, descent_instruction_set_name((descent_instruction_set)set));
        }
    }
}

/* Of the threads' counts, those without a norm to measure take the short way where there is one. */
static void check_all_ways(struct random_network *made)
{
    float *expected = train_plainly(made);
    made->config.norm_period = 0;
    check_sets(made, expected);
    for (made->config.threads = 2; made->config.threads <= 4; made->config.threads++) {
        made->config.norm_period = (uint64_t)made->config.threads - 2;
        check_same(made, expected, "several threads");
    }
    made->config.threads = 0;
    allocations_wild_clock(true);
    check_same(made, expected, "a team that changes its size");
    allocations_wild_clock(false);
    free(expected);
}

START_TEST(threads_instructions_and_the_way_of_a_step_change_no_bit)
{
    for (size_t i = (size_t)_i; i < RANDOM_NETWORKS; i += 2 * GROUPS) {
        struct random_network made;
        random_network_create(&made, i);
        check_all_ways(&made);
        random_network_destroy(&made);
    }
}
END_TEST

/* Large enough that every layer is shared out, at four threads too. */
static const struct {
    size_t n;
    descent_model_config shape;
} large[] = {
    {32, {.layers = 2, .sizes = {300, 128, 10}}},
    {33, {.layers = 3, .sizes = {100, 253, 211, 13}, .activation = DESCENT_ACTIVATION_GELU}},
    {257, {.layers = 3, .sizes = {50, 65, 101, 100}, .activation = DESCENT_ACTIVATION_TANH}},
};

START_TEST(large_networks_change_no_bit)
{
    struct random_network made = {.objective = &objectives[0], .learning_rate = 0.1, .parts = 1};
    made.config = test_trainer_config();
    made.config.batch = large[_i].n;
    snprintf(made.name, sizeof made.name, "large network %d", _i);
    problem_create(&made.problem, &large[_i].shape, large[_i].n, 3);
    check_all_ways(&made);
    random_network_destroy(&made);
}
END_TEST

enum { ROWS = 1000 };

/* Networks for a batch of `most` and rows from `first` on, `at_once` at a time: what each gives. */
static void outputs_of(const descent_model *model, const float *features, size_t most,
                       size_t at_once, size_t first, int threads, float *outputs)
{
    descent_network *network;
    size_t in = descent_model_inputs(model), out = descent_model_outputs(model);
    ck_assert_ok(test_network_create(&network, model, most, threads));
    for (size_t row = first; row < ROWS; row += at_once) {
        size_t n = ROWS - row < at_once ? ROWS - row : at_once;
        ck_assert_ok(descent_network_forward(network, features + row * in, n, outputs + row * out));
    }
    descent_network_destroy(network);
}

/* ROWS samples, those of the problem again and again. */
static float *repeated_features(const struct problem *problem)
{
    size_t in = problem->network.shape.sizes[0];
    float *features = malloc(ROWS * in * sizeof *features);
    ck_assert_ptr_nonnull(features);
    for (size_t i = 0; i < ROWS * in; i++) {
        features[i] = problem->features[i % (problem->n * in)];
    }
    return features;
}

static void check_rows(size_t i)
{
    static const struct {
        size_t most, at_once, first;
        int threads;
    } ways[] = {{1, 1, 0, 1},      {ROWS, 1, 980, 2},  {17, 17, 0, 1},
                {ROWS, 333, 7, 4}, {257, 257, 250, 0}, {64, 33, 940, 3}};
    struct random_network made;
    random_network_create(&made, i);
    descent_model *model = problem_model(&made.problem);
    size_t count = ROWS * descent_model_outputs(model);
    float *features = repeated_features(&made.problem);
    float *expected = calloc(count, sizeof *expected), *found = calloc(count, sizeof *found);
    outputs_of(model, features, ROWS, ROWS, 0, 1, expected);
    for (size_t w = 0; w < TEST_COUNT(ways); w++) {
        memcpy(found, expected, ways[w].first * descent_model_outputs(model) * sizeof *found);
        outputs_of(model, features, ways[w].most, ways[w].at_once, ways[w].first, ways[w].threads,
                   found);
        ck_assert_msg(memcmp(found, expected, count * sizeof *found) == 0,
                      "%s: %zu rows at once from row %zu on have other outputs", made.name,
                      ways[w].at_once, ways[w].first);
    }
    free(features);
    free(expected);
    free(found);
    descent_model_destroy(model);
    random_network_destroy(&made);
}

START_TEST(a_row_gives_the_same_in_any_batch)
{
    for (size_t i = (size_t)_i; i < RANDOM_NETWORKS; i += 4 * GROUPS) {
        check_rows(i);
    }
}
END_TEST

/* A sample alone has the same loss for a trainer that is planned for more, and for a network. */
START_TEST(trainers_evaluate_as_networks_do)
{
    for (size_t i = (size_t)_i; i < RANDOM_NETWORKS; i += 2 * GROUPS) {
        struct random_network made;
        random_network_create(&made, i);
        descent_batch all = problem_batch(&made.problem, made.objective);
        descent_model *model = problem_model(&made.problem);
        descent_trainer *trainer = problem_trainer_with(&made.problem, &made.config);
        descent_network *network;
        ck_assert_ok(test_network_create(&network, model, 1, 1));
        for (size_t s = 0; s < made.problem.n; s++) {
            descent_batch one = problem_part(&made.problem, all, s, 1);
            descent_metrics by_trainer = {0}, by_network = {0};
            ck_assert_ok(descent_trainer_evaluate(trainer, &one, &by_trainer));
            ck_assert_ok(
                descent_network_evaluate(network, &made.objective->loss, &one, &by_network, NULL));
            ck_assert_msg(by_trainer.loss_sum == by_network.loss_sum, "%s: sample %zu", made.name,
                          s);
        }
        descent_network_destroy(network);
        descent_trainer_destroy(trainer);
        descent_model_destroy(model);
        random_network_destroy(&made);
    }
}
END_TEST

/* Numbers that no parameter is kept in. */
static size_t check_padding(const char *what, size_t room, const float *mark, const float *numbers)
{
    size_t padding = 0;
    for (size_t i = 0; i < room; i++) {
        padding += mark[i] == 0;
        if (mark[i] == 0 && numbers[i] != 0) {
            ck_abort_msg("%s: number %zu of the padding is %g", what, i, (double)numbers[i]);
        }
    }
    return padding;
}

/* The columns that fill a layer's last panel, which are summed up like others. */
static void check_deltas(const struct descent_dense *layer, size_t n)
{
    const struct descent_layout *z = &layer->shape.z;
    size_t end = (z->width + DESCENT_PANEL - 1) / DESCENT_PANEL * DESCENT_PANEL;
    for (size_t row = 0; row < n; row++) {
        for (size_t j = z->width; j < end; j++) {
            size_t at = row * z->step + j / DESCENT_PANEL * z->panel_step + j % DESCENT_PANEL;
            ck_assert_msg(layer->delta[at] == 0, "column %zu of the deltas of row %zu is %g", j,
                          row, (double)layer->delta[at]);
        }
    }
}

START_TEST(padding_stays_zero_for_a_thousand_steps)
{
    static const descent_model_config shape = {
        .layers = 3, .sizes = {13, 17, 5, 3}, .activation = DESCENT_ACTIVATION_SOFTPLUS};
    struct random_network made = {.objective = &objectives[1], .learning_rate = 0.01, .parts = 1};
    made.config = test_trainer_config();
    made.config.batch = FEW;
    made.config.optimizer.kind = (descent_optimizer_kind)(_i / 3);
    made.config.optimizer.momentum = _i % 3 == 1 ? 0.9 : 0;
    made.config.optimizer.weight_decay = 0.01;
    made.config.norm_period = (uint64_t)(_i % 3 == 2);
    made.config.max_norm = 3;
    problem_create(&made.problem, &shape, FEW, 5);
    descent_trainer *trainer = problem_trainer_with(&made.problem, &made.config);
    for (int i = 0; i < 1000; i++) {
        step(&made, trainer, FEW);
    }
    size_t room = trainer->chain.parameter_room;
    float *ones = malloc(made.problem.count * sizeof *ones), *mark = calloc(room, sizeof *mark);
    ck_assert(ones != NULL && mark != NULL);
    for (size_t i = 0; i < made.problem.count; i++) {
        ones[i] = 1;
    }
    descent_chain_import(&trainer->chain, ones, mark);
    size_t padding = check_padding("parameters", room, mark, trainer->chain.parameters);
    ck_assert_uint_eq(padding, room - made.problem.count);
    check_padding("gradient", room, mark, trainer->chain.gradient);
    for (size_t s = 0; s < trainer->slots; s++) {
        check_padding("state", room, mark, trainer->state + s * room);
    }
    for (size_t l = 0; l < trainer->chain.layers; l++) {
        check_deltas(&trainer->chain.layer[l], FEW);
    }
    free(ones);
    free(mark);
    descent_trainer_destroy(trainer);
    random_network_destroy(&made);
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_LOOP(threads_instructions_and_the_way_of_a_step_change_no_bit, GROUPS),
        TEST_LOOP(large_networks_change_no_bit, TEST_COUNT(large)),
        TEST_LOOP(a_row_gives_the_same_in_any_batch, GROUPS),
        TEST_LOOP(trainers_evaluate_as_networks_do, GROUPS),
        TEST_LOOP(padding_stays_zero_for_a_thousand_steps, 3 * DESCENT_OPTIMIZER_COUNT),
    };
    test_engine = DESCENT_ENGINE_PACKED;
    return run_tests("same bits", cases, TEST_COUNT(cases));
}
