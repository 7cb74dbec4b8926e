/*
 * Panels of studies, from made-up outcomes whose law, optimum and best settings are known.
 */
#include "cli/plot/studies.h"
#include "harness.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SETTINGS_MAX = 16, SEEDS = 3 };

static const double least_steps = 500.0, critical = 288.0;

/* Room for what a study points to. */
struct made {
    struct plotted_study plotted;
    struct study_setting settings[SETTINGS_MAX];
    char texts[SETTINGS_MAX][2][16];
    char *values[SETTINGS_MAX][2];
    struct study_trial trials[SETTINGS_MAX * SEEDS];
    struct study_outcome outcomes[SETTINGS_MAX * SEEDS];
};

static struct study_outcome nothing(void)
{
    return (struct study_outcome){.state = STUDY_TRIAL_MISSING,
                                  .validation_loss = NAN,
                                  .validation_accuracy = NAN,
                                  .validation_rmse = NAN,
                                  .validation_r2 = NAN,
                                  .target_steps = NAN,
                                  .target_samples = NAN,
                                  .target_epochs = NAN};
}

static void add_axis(struct made *made, const char *option)
{
    struct study *study = &made->plotted.study;
    study->axes[study->axis_count++] = (struct study_axis){.option = option, .count = 2};
}

/* A setting of one value for each axis, and its trials, of which nothing has ended. */
static struct study_outcome *add_setting(struct made *made, const char *one, const char *two)
{
    struct study *study = &made->plotted.study;
    size_t s = study->setting_count++;
    const char *given[] = {one, two};
    for (size_t a = 0; a < study->axis_count; a++) {
        snprintf(made->texts[s][a], sizeof made->texts[s][a], "%s", given[a]);
        made->values[s][a] = made->texts[s][a];
    }
    made->settings[s] = (struct study_setting){.values = made->values[s]};
    struct study_outcome *first = &made->outcomes[study->trial_count];
    for (size_t i = 0; i < SEEDS; i++) {
        made->trials[study->trial_count] = (struct study_trial){.setting = s, .seed = i + 1};
        made->outcomes[study->trial_count++] = nothing();
    }
    return first;
}

static struct made *begin(int lr_rule)
{
    struct made *made = calloc(1, sizeof *made);
    ck_assert_ptr_nonnull(made);
    struct study *study = &made->plotted.study;
    study->settings = made->settings;
    study->trials = made->trials;
    study->outcomes = made->outcomes;
    study->seed_count = SEEDS;
    study->options.lr_rule = lr_rule;
    study->complete = true;
    return made;
}

static void summarise(struct made *made)
{
    struct plotted_study *plotted = &made->plotted;
    ck_assert_int_eq(study_summarise(&plotted->summaries, &plotted->study), DONE);
    ck_assert_int_eq(study_laws_find(&plotted->laws, &plotted->study, &plotted->summaries), DONE);
}

static void finish(struct made *made, struct figure *figure)
{
    figure_free(figure);
    study_laws_free(&made->plotted.laws);
    study_summaries_free(&made->plotted.summaries);
    free(made);
}

/* Batch sizes 4^0 to 4^6, whose steps follow the law: those of the middle seed exactly. */
static struct made *batch_study(void)
{
    struct made *made = begin(STUDY_LR_TUNE);
    made->plotted.study.options.training.options.target_accuracy = 0.9;
    add_axis(made, "batch");
    add_axis(made, "lr");
    for (int i = 0; i < 7; i++) {
        char batch[16], lr[16];
        double size = pow(4.0, i), steps = least_steps * (1.0 + critical / size);
        snprintf(batch, sizeof batch, "%.0f", size);
        snprintf(lr, sizeof lr, "%.9g", 0.01 * sqrt(size));
        struct study_outcome *outcomes = add_setting(made, batch, lr);
        for (int s = 0; s < SEEDS; s++) {
            outcomes[s].state = STUDY_TRIAL_DONE;
            outcomes[s].validation_accuracy = 0.9 + 0.01 * s;
            outcomes[s].target_steps = steps * (1.0 + 0.1 * (s - 1));
            outcomes[s].target_samples = size * outcomes[s].target_steps;
            outcomes[s].target_epochs = outcomes[s].target_samples / 1000.0;
        }
    }
    return made;
}

/* The first curve of a style in a panel; NULL where there is none. */
static const struct figure_curve *curve_of(const struct figure_panel *panel,
                                           enum figure_style style)
{
    for (size_t c = 0; c < panel->count; c++) {
        if (panel->curves[c].style == style) {
            return &panel->curves[c];
        }
    }
    return NULL;
}

static struct figure draw(struct made *made, const char *panel)
{
    struct figure figure;
    summarise(made);
    ck_assert_int_eq(figure_begin(&figure, NULL), DONE);
    study_panels_add(&figure, panel, &made->plotted);
    return figure;
}

START_TEST(steps_lie_on_their_law_within_its_regions)
{
    struct made *made = batch_study();
    struct figure figure = draw(made, "steps");
    ck_assert_uint_eq(figure.panels, 1);
    const struct figure_panel *panel = &figure.ended[0];
    const struct figure_curve *points = curve_of(panel, FIGURE_RANGES);
    ck_assert_uint_eq(points->count, 7);
    for (size_t i = 0; i < 7; i++) {
        double batch = pow(4.0, (double)i), steps = least_steps * (1.0 + critical / batch);
        ck_assert_double_eq(points->points[i].x, batch);
        ck_assert_double_eq_tol(points->points[i].y, steps, 1e-9 * steps);
        ck_assert_double_eq_tol(points->points[i].low, 0.9 * steps, 1e-9 * steps);
        ck_assert_double_eq_tol(points->points[i].high, 1.1 * steps, 1e-9 * steps);
    }
    const struct figure_curve *law = curve_of(panel, FIGURE_SOLID);
    ck_assert_str_eq(law->title, "steps = 500 (1 + 288 / batch)");
    for (size_t i = 0; i < law->count; i++) {
        double steps = least_steps * (1.0 + critical / law->points[i].x);
        ck_assert_double_eq_tol(law->points[i].y, steps, 1e-3 * steps);
    }
    ck_assert_uint_eq(panel->region_count, 3);
    ck_assert_double_eq_tol(panel->regions[1].low, critical / 9.0, 0.1);
    ck_assert_double_eq_tol(panel->regions[1].high, critical * 9.0, 10.0);
    ck_assert_str_eq(panel->regions[0].lines[0], "perfect");
    ck_assert_str_eq(panel->regions[2].lines[2], "parallelism");
    const struct figure_curve *cross = curve_of(panel, FIGURE_CROSSES);
    ck_assert_double_eq_tol(cross->points[0].x, critical, 1.0);
    ck_assert_ptr_nonnull(strstr(cross->title, "critical batch size 288 ("));
    finish(made, &figure);
}
END_TEST

START_TEST(a_batch_size_that_does_not_reach_the_target_leaves_a_gap)
{
    struct made *made = batch_study();
    for (size_t s = 0; s < SEEDS; s++) {
        made->outcomes[6 * SEEDS + s].target_steps = NAN;
    }
    made->outcomes[5 * SEEDS].target_steps = NAN; /* one seed of three: its interval is open */
    struct figure figure = draw(made, "steps");
    const struct figure_curve *points = curve_of(&figure.ended[0], FIGURE_RANGES);
    ck_assert_double_nan(points->points[6].y);
    ck_assert_double_gt(points->points[5].y, 0.0);
    ck_assert(isinf(points->points[5].high));
    finish(made, &figure);
}
END_TEST

START_TEST(a_study_that_has_just_begun_draws_what_is_there)
{
    struct made *made = batch_study();
    for (size_t t = 2 * SEEDS; t < made->plotted.study.trial_count; t++) {
        made->outcomes[t] = nothing();
    }
    struct figure figure = draw(made, "steps");
    ck_assert_uint_eq(figure.panels, 1);
    ck_assert_uint_eq(curve_of(&figure.ended[0], FIGURE_RANGES)->shown, 2);
    ck_assert_uint_eq(figure.ended[0].region_count, 0); /* two points are no law */
    study_panels_add(&figure, "seconds", &made->plotted);
    ck_assert_uint_eq(figure.panels, 1);
    ck_assert(!study_panels_has(&made->plotted, "seconds"));
    finish(made, &figure);
}
END_TEST

START_TEST(the_least_seconds_are_marked)
{
    struct made *made = batch_study();
    struct figure figure = draw(made, "best");
    ck_assert_uint_eq(figure.panels, 1);
    for (size_t i = 0; i < 7; i++) { /* by a speed that grows with the batch, up to 64 */
        struct study_summary *row = &made->plotted.summaries.rows[i];
        row->seconds = row->samples;
        row->seconds.median /= fmin(row->batch, 64.0);
    }
    study_panels_add(&figure, "seconds", &made->plotted);
    ck_assert_uint_eq(figure.panels, 2);
    const struct figure_curve *fastest = curve_of(&figure.ended[1], FIGURE_CIRCLES);
    ck_assert_uint_eq(fastest->count, 1);
    ck_assert_double_eq(fastest->points[0].x, 64.0);
    const struct figure_curve *line = curve_of(&figure.ended[1], FIGURE_SOLID);
    for (size_t i = 0; i < 7; i++) {
        ck_assert_int_eq(line->points[i].label != NULL, i == 3);
    }
    finish(made, &figure);
}
END_TEST

START_TEST(rules_go_through_the_rate_nearest_to_batch_32)
{
    struct made *made = batch_study();
    struct figure figure = draw(made, "rates");
    const struct figure_curve *linear = curve_of(&figure.ended[0], FIGURE_DASHED);
    const struct figure_curve *root = curve_of(&figure.ended[0], FIGURE_DOTTED);
    const struct figure_curve *tuned = curve_of(&figure.ended[0], FIGURE_SOLID);
    ck_assert_str_eq(tuned->title, "tuned learning rate");
    double rate = 0.01 * sqrt(16.0); /* of 16, which is as near as 64 */
    ck_assert_double_eq_tol(linear->points[0].y, rate / 16.0, 1e-9);
    ck_assert_double_eq_tol(linear->points[linear->count - 1].y, rate * 4096.0 / 16.0, 1e-6);
    ck_assert_double_eq_tol(root->points[0].y, rate / 4.0, 1e-9);
    for (size_t i = 0; i < 7; i++) {
        double batch = pow(4.0, (double)i);
        ck_assert_double_eq_tol(tuned->points[i].y, 0.01 * sqrt(batch), 1e-9);
    }
    finish(made, &figure);
}
END_TEST

/* Two axes; each trial has the accuracy of its setting, and another seed a thousandth more. */
static struct made *grid(uint64_t trials)
{
    static const char *const optimizers[] = {"sgd", "adamw"};
    static const char *const rates[] = {"0.001", "0.01", "0.1"};
    static const double accuracies[2][3] = {{0.80, 0.90, 0.95}, {0.97, 0.96, 0.50}};
    struct made *made = begin(STUDY_LR_AS_GIVEN);
    made->plotted.study.options.trials = trials;
    add_axis(made, "optimizer");
    add_axis(made, "lr");
    for (size_t o = 0; o < 2; o++) {
        for (size_t r = 0; r < 3; r++) {
            struct study_outcome *outcomes = add_setting(made, optimizers[o], rates[r]);
            for (int s = 0; s < SEEDS; s++) {
                outcomes[s].state = STUDY_TRIAL_DONE;
                outcomes[s].validation_accuracy = accuracies[o][r] + 0.001 * (s - 1);
            }
        }
    }
    return made;
}

START_TEST(each_option_shows_the_best_at_each_of_its_values)
{
    struct made *made = grid(0);
    struct figure figure = draw(made, "best");
    ck_assert_uint_eq(figure.panels, 2);
    const struct figure_panel *names = &figure.ended[0], *numbers = &figure.ended[1];
    ck_assert_uint_eq(names->x.name_count, 2);
    ck_assert_str_eq(names->x.names[0], "sgd");
    ck_assert_str_eq(names->x.names[1], "adamw");
    const struct figure_curve *best = curve_of(names, FIGURE_RANGES);
    ck_assert_uint_eq(best->count, 2);
    ck_assert_double_eq_tol(best->points[0].y, 95.0, 1e-9);
    ck_assert_double_eq_tol(best->points[1].y, 97.0, 1e-9);
    ck_assert_double_eq_tol(best->points[1].low, 96.9, 1e-9);
    ck_assert(numbers->x.logarithmic);
    best = curve_of(numbers, FIGURE_RANGES);
    const double expected[] = {97.0, 96.0, 95.0};
    for (size_t i = 0; i < 3; i++) {
        ck_assert_double_eq_tol(best->points[i].x, pow(10.0, (double)i - 3.0), 1e-12);
        ck_assert_double_eq_tol(best->points[i].y, expected[i], 1e-9);
    }
    ck_assert_uint_eq(curve_of(numbers, FIGURE_DOTS)->count, 6);
    const struct figure_curve *winner = curve_of(numbers, FIGURE_CIRCLES);
    ck_assert_double_eq_tol(winner->points[0].x, 0.001, 1e-12);
    ck_assert_str_eq(winner->points[0].label, "97 %");
    finish(made, &figure);
}
END_TEST

START_TEST(many_steps_are_told_without_exponents)
{
    struct made *made = batch_study();
    for (size_t t = 0; t < 7 * SEEDS; t++) {
        made->outcomes[t].target_steps *= 100.0;
    }
    struct figure figure = draw(made, "steps");
    ck_assert_str_eq(curve_of(&figure.ended[0], FIGURE_SOLID)->title,
                     "steps = 50,000 (1 + 288 / batch)");
    finish(made, &figure);
}
END_TEST

START_TEST(of_several_laws_the_title_says_what_the_points_are)
{
    static const char *const batches[] = {"8", "64"}, *const optimizers[] = {"sgd", "adamw"};
    struct made *made = begin(STUDY_LR_AS_GIVEN);
    add_axis(made, "batch");
    add_axis(made, "optimizer");
    for (size_t i = 0; i < 4; i++) {
        struct study_outcome *outcomes = add_setting(made, batches[i / 2], optimizers[i % 2]);
        for (int s = 0; s < SEEDS; s++) {
            outcomes[s].state = STUDY_TRIAL_DONE;
            outcomes[s].validation_accuracy = 0.9 + 0.001 * s;
        }
    }
    struct figure figure = draw(made, "best");
    ck_assert_str_eq(figure.ended[0].title, "Validation accuracy (medians, 95 % intervals)");
    ck_assert_str_eq(curve_of(&figure.ended[0], FIGURE_RANGES)->title, "optimizer sgd");
    finish(made, &figure);
}
END_TEST

START_TEST(the_marked_setting_is_the_one_that_the_report_chooses)
{
    struct made *made = grid(0);
    for (size_t t = 0; t < 6 * SEEDS; t++) { /* all equal, but for the loss of adamw at 0.01 */
        made->outcomes[t].validation_accuracy = 0.9;
        made->outcomes[t].validation_loss = t / SEEDS == 4 ? 0.2 : 0.3;
    }
    struct figure figure = draw(made, "best");
    ck_assert_double_eq(curve_of(&figure.ended[0], FIGURE_CIRCLES)->points[0].x, 1.0);
    ck_assert_double_eq(curve_of(&figure.ended[1], FIGURE_CIRCLES)->points[0].x, 0.01);
    finish(made, &figure);
}
END_TEST

START_TEST(settings_that_are_drawn_are_scattered)
{
    struct made *made = grid(6);
    struct figure figure = draw(made, "best");
    ck_assert_uint_eq(figure.panels, 2);
    for (size_t p = 0; p < 2; p++) {
        ck_assert_ptr_null(curve_of(&figure.ended[p], FIGURE_SOLID));
        ck_assert_ptr_null(curve_of(&figure.ended[p], FIGURE_RANGES));
        ck_assert_uint_eq(curve_of(&figure.ended[p], FIGURE_DOTS)->shown, 6);
        ck_assert_double_eq_tol(curve_of(&figure.ended[p], FIGURE_CIRCLES)->points[0].y, 97.0,
                                1e-9);
    }
    finish(made, &figure);
}
END_TEST

START_TEST(values_that_are_not_all_numbers_are_categories)
{
    struct made *made = begin(STUDY_LR_AS_GIVEN);
    static const char *const sizes[] = {"128", "64-32", "none"};
    add_axis(made, "hidden");
    for (size_t i = 0; i < 3; i++) {
        struct study_outcome *outcomes = add_setting(made, sizes[i], NULL);
        outcomes[0].state = STUDY_TRIAL_DONE;
        outcomes[0].validation_loss = pow(10.0, -(double)i);
    }
    struct figure figure = draw(made, "best");
    const struct figure_panel *panel = &figure.ended[0];
    ck_assert_uint_eq(panel->x.name_count, 3);
    ck_assert_str_eq(panel->x.names[1], "64-32");
    ck_assert(panel->y.logarithmic); /* a loss that spans a decade */
    ck_assert_str_eq(panel->title, "Validation loss by hidden");
    ck_assert_double_eq(curve_of(panel, FIGURE_CIRCLES)->points[0].x, 2.0); /* the lowest */
    finish(made, &figure);
}
END_TEST

START_TEST(a_setting_on_which_an_option_has_no_effect_has_no_place)
{
    struct made *made = begin(STUDY_LR_AS_GIVEN);
    static const char *const values[][2] = {
        {"sgd", "0"}, {"sgd", "0.9"}, {"adam", STUDY_NO_EFFECT}};
    add_axis(made, "optimizer");
    add_axis(made, "momentum");
    for (size_t i = 0; i < 3; i++) {
        struct study_outcome *outcomes = add_setting(made, values[i][0], values[i][1]);
        outcomes[0].state = STUDY_TRIAL_DONE;
        outcomes[0].validation_accuracy = 0.9 + 0.01 * (double)i;
    }
    struct figure figure = draw(made, "best");
    ck_assert_uint_eq(figure.panels, 2);
    ck_assert_uint_eq(curve_of(&figure.ended[0], FIGURE_CIRCLES)->shown, 1);
    const struct figure_panel *momentum = &figure.ended[1];
    ck_assert_uint_eq(momentum->x.name_count, 0); /* numbers */
    ck_assert_uint_eq(curve_of(momentum, FIGURE_RANGES)->shown, 2);
    ck_assert_uint_eq(curve_of(momentum, FIGURE_CIRCLES)->shown, 0); /* the best is adam */
    finish(made, &figure);
}
END_TEST

START_TEST(without_options_folds_are_drawn_one_by_one)
{
    struct made *made = begin(STUDY_LR_AS_GIVEN);
    made->plotted.study.options.folds = SEEDS;
    struct study_outcome *outcomes = add_setting(made, NULL, NULL);
    for (size_t i = 0; i < SEEDS; i++) {
        made->trials[i].fold = i + 1;
        outcomes[i].state = STUDY_TRIAL_DONE;
        outcomes[i].validation_accuracy = 0.9 + 0.02 * (double)i;
    }
    struct figure figure = draw(made, "best");
    const struct figure_panel *panel = &figure.ended[0];
    ck_assert_str_eq(panel->x.label, "fold");
    const struct figure_curve *each = curve_of(panel, FIGURE_DOTS);
    const struct figure_curve *mean = curve_of(panel, FIGURE_DASHED);
    for (size_t i = 0; i < SEEDS; i++) {
        ck_assert_double_eq(each->points[i].x, (double)i + 1.0);
        ck_assert_double_eq_tol(each->points[i].y, 90.0 + 2.0 * (double)i, 1e-9);
    }
    ck_assert_str_eq(mean->title, "mean 92 %, standard deviation 2");
    ck_assert_double_eq_tol(mean->points[0].y, 92.0, 1e-9);
    finish(made, &figure);
}
END_TEST

START_TEST(what_is_drawn_by_default_is_what_a_study_has)
{
    char text[128];
    struct made *made = batch_study();
    struct figure figure = draw(made, "steps");
    study_panels_standard(&made->plotted, text, sizeof text);
    ck_assert_str_eq(text, "steps,rates,best");
    finish(made, &figure);
    made = grid(0);
    figure = draw(made, "best");
    study_panels_standard(&made->plotted, text, sizeof text);
    ck_assert_str_eq(text, "best,loss,accuracy");
    finish(made, &figure);
}
END_TEST

int main(void)
{
    const struct test_case cases[] = {
        TEST_CASE(steps_lie_on_their_law_within_its_regions),
        TEST_CASE(a_batch_size_that_does_not_reach_the_target_leaves_a_gap),
        TEST_CASE(a_study_that_has_just_begun_draws_what_is_there),
        TEST_CASE(the_least_seconds_are_marked),
        TEST_CASE(rules_go_through_the_rate_nearest_to_batch_32),
        TEST_CASE(each_option_shows_the_best_at_each_of_its_values),
        TEST_CASE(many_steps_are_told_without_exponents),
        TEST_CASE(of_several_laws_the_title_says_what_the_points_are),
        TEST_CASE(the_marked_setting_is_the_one_that_the_report_chooses),
        TEST_CASE(settings_that_are_drawn_are_scattered),
        TEST_CASE(values_that_are_not_all_numbers_are_categories),
        TEST_CASE(a_setting_on_which_an_option_has_no_effect_has_no_place),
        TEST_CASE(without_options_folds_are_drawn_one_by_one),
        TEST_CASE(what_is_drawn_by_default_is_what_a_study_has),
    };
    return run_tests("study_panels", cases, TEST_COUNT(cases));
}
