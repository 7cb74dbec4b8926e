/*
 * One seed's figure is one draw: settings are compared by the mean over several, beside how far
 * these lie apart.
 */
#include "cli/runs/seeds.h"

#include "cli/base/statistics.h"

#include <math.h>

struct run_differences seeds_differences(const struct run_differences *differences)
{
    struct run_differences kept = {0};
    for (size_t i = 0; i < differences->count; i++) {
        if (!run_setting_is_repeat(&differences->settings[i])) {
            kept.settings[kept.count++] = differences->settings[i];
        }
    }
    return kept;
}

/* What is told of a setting. */
enum {
    LOSS,
    VALIDATION,
    VALIDATION_ACCURACY,
    VALIDATION_R2,
    TEST,
    TEST_ACCURACY,
    TEST_R2,
    SECONDS,
    FIGURES
};

static void add_row(struct moments moments[FIGURES], const struct run_row *row)
{
    const double figures[FIGURES] = {
        [LOSS] = row->validation.loss,
        [VALIDATION] = row->validation.rank,
        [VALIDATION_ACCURACY] = row->validation.accuracy,
        [VALIDATION_R2] = row->validation.r2,
        [TEST] = row->test.rank,
        [TEST_ACCURACY] = row->test.accuracy,
        [TEST_R2] = row->test.r2,
        [SECONDS] = row->seconds,
    };
    for (int f = 0; f < FIGURES; f++) {
        if (!isnan(figures[f])) {
            moments_add(&moments[f], figures[f]);
        }
    }
}

static void set_row(struct run_row *row, const struct moments moments[FIGURES])
{
    json_decref(row->warnings); /* one run's, of which a setting's row says nothing */
    row->warnings = NULL;
    row->validation.loss = moments_mean(&moments[LOSS]);
    row->validation.rank = moments_mean(&moments[VALIDATION]);
    row->validation.accuracy = moments_mean(&moments[VALIDATION_ACCURACY]);
    row->validation.r2 = moments_mean(&moments[VALIDATION_R2]);
    row->test.rank = moments_mean(&moments[TEST]);
    row->test.accuracy = moments_mean(&moments[TEST_ACCURACY]);
    row->test.r2 = moments_mean(&moments[TEST_R2]);
    row->seconds = moments_mean(&moments[SECONDS]);
    row->loss_deviation = moments_deviation(&moments[LOSS]);
    row->validation_deviation = moments_deviation(&moments[VALIDATION]);
    row->test_deviation = moments_deviation(&moments[TEST]);
}

/* Summarises the first row and all that go with it, which are freed. Returns how many are left. */
static size_t take_setting(struct run_row *rows, size_t count,
                           const struct run_differences *differences)
{
    struct moments moments[FIGURES] = {{0}};
    size_t left = 1;
    add_row(moments, &rows[0]);
    for (size_t i = 1; i < count; i++) {
        if (run_same_but_repeat(differences, rows[0].config, rows[i].config)) {
            add_row(moments, &rows[i]);
            rows[0].runs += 1.0;
            run_row_free(&rows[i]);
        } else {
            rows[left++] = rows[i];
        }
    }
    set_row(&rows[0], moments);
    return left;
}

/* Whether one of the rows is of the same setting and seed: the same draw twice. */
static bool repeats(const struct run_row *row, const struct run_row *rows, size_t count,
                    const struct run_differences *differences)
{
    bool found = false;
    for (size_t i = 0; i < count && !found; i++) {
        found = run_same_repeat(rows[i].config, row->config) &&
                run_same_but_repeat(differences, rows[i].config, row->config);
    }
    return found;
}

/* Runs that are not done would count for less than they are, a repeated one for more. */
static size_t leave_out(struct run_row *rows, size_t count, struct seeds_left_out *left_out,
                        const struct run_differences *differences)
{
    size_t left = 0;
    for (size_t i = 0; i < count; i++) {
        bool done = run_row_is_done(&rows[i]);
        if (done && !repeats(&rows[i], rows, left, differences)) {
            rows[left++] = rows[i];
        } else {
            *(done ? &left_out->repeated : &left_out->unfinished) += 1;
            run_row_free(&rows[i]);
        }
    }
    return left;
}

struct seeds_left_out seeds_summarise(struct run_row *rows, size_t *count,
                                      const struct run_differences *differences)
{
    struct seeds_left_out left_out = {0};
    *count = leave_out(rows, *count, &left_out, differences);
    for (size_t i = 0; i < *count; i++) {
        *count = i + take_setting(rows + i, *count - i, differences);
    }
    return left_out;
}
