/*
 * One seed's figure is one draw: settings are compared by the mean over several, beside how far
 * these lie apart.
 */
#include "cli/runs/seeds.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct run_differences seeds_differences(const struct run_differences *differences)
{
    struct run_differences kept = {0};
    for (size_t i = 0; i < differences->count; i++) {
        if (strcmp(differences->settings[i].name, "seed") != 0) {
            kept.settings[kept.count++] = differences->settings[i];
        }
    }
    return kept;
}

/* Of numbers as they come, by Welford's recurrence; absent ones are not counted. */
struct moments {
    double count, mean, squares;
};

static void add(struct moments *moments, double number)
{
    if (!isnan(number)) {
        double before = number - moments->mean;
        moments->count += 1.0;
        moments->mean += before / moments->count;
        moments->squares += before * (number - moments->mean);
    }
}

static double mean_of(const struct moments *moments)
{
    return moments->count > 0.0 ? moments->mean : NAN;
}

static double deviation_of(const struct moments *moments)
{
    return moments->count > 1.0 ? sqrt(moments->squares / (moments->count - 1.0)) : NAN;
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
        add(&moments[f], figures[f]);
    }
}

static void set_row(struct run_row *row, const struct moments moments[FIGURES])
{
    row->validation.loss = mean_of(&moments[LOSS]);
    row->validation.rank = mean_of(&moments[VALIDATION]);
    row->validation.accuracy = mean_of(&moments[VALIDATION_ACCURACY]);
    row->validation.r2 = mean_of(&moments[VALIDATION_R2]);
    row->test.rank = mean_of(&moments[TEST]);
    row->test.accuracy = mean_of(&moments[TEST_ACCURACY]);
    row->test.r2 = mean_of(&moments[TEST_R2]);
    row->seconds = mean_of(&moments[SECONDS]);
    row->loss_deviation = deviation_of(&moments[LOSS]);
    row->validation_deviation = deviation_of(&moments[VALIDATION]);
    row->test_deviation = deviation_of(&moments[TEST]);
}

/* Summarises the first row and all that go with it, which are freed. Returns how many are left. */
static size_t take_setting(struct run_row *rows, size_t count,
                           const struct run_differences *differences)
{
    struct moments moments[FIGURES] = {{0}};
    size_t left = 1;
    add_row(moments, &rows[0]);
    for (size_t i = 1; i < count; i++) {
        if (run_same_but_seed(differences, rows[0].config, rows[i].config)) {
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

/* Runs that are not done would count for less than they are. */
static size_t leave_out(struct run_row *rows, size_t count)
{
    size_t left = 0;
    for (size_t i = 0; i < count; i++) {
        if (run_row_is_done(&rows[i])) {
            rows[left++] = rows[i];
        } else {
            run_row_free(&rows[i]);
        }
    }
    return left;
}

enum exit_status seeds_summarise(struct run_row *rows, size_t *count, size_t *left_out,
                                 const struct run_differences *differences)
{
    size_t done = leave_out(rows, *count);
    *left_out = *count - done;
    *count = done;
    for (size_t i = 0; i < *count; i++) {
        *count = i + take_setting(rows + i, *count - i, differences);
    }
    return DONE;
}
