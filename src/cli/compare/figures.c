/*
 * Differences of shares are told in percentage points, of times as ratios.
 */
#include "cli/compare/figures.h"

#include "cli/base/text.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define AT(member) offsetof(struct run_row, member)

/* Accuracy and R² share a name, as they do in the table of runs. */
static const struct compare_figure FIGURES[] = {
    {"test", "test_accuracy", "test accuracy", COMPARE_POINTS, true, AT(test.accuracy)},
    {"test", "test_r2", "test R2", COMPARE_PLAIN, true, AT(test.r2)},
    {"validation", "validation_accuracy", "validation accuracy", COMPARE_POINTS, true,
     AT(validation.accuracy)},
    {"validation", "validation_r2", "validation R2", COMPARE_PLAIN, true, AT(validation.r2)},
    {"valid-loss", "validation_loss", "validation loss", COMPARE_PLAIN, false, AT(validation.loss)},
    {"test-loss", "test_loss", "test loss", COMPARE_PLAIN, false, AT(test.loss)},
    {"test-rmse", "test_rmse", "test RMSE", COMPARE_PLAIN, false, AT(test.rmse)},
    {"valid-rmse", "validation_rmse", "validation RMSE", COMPARE_PLAIN, false, AT(validation.rmse)},
    {"best-epoch", "best_epoch", "best epoch", COMPARE_PLAIN, false, AT(best_epoch)},
    {"epochs-done", "epochs_done", "epochs", COMPARE_PLAIN, false, AT(epochs)},
    {"seconds", "seconds", "seconds", COMPARE_RATIO, false, AT(seconds)},
    {"samples-to-target", "samples_to_target", "samples to target", COMPARE_RATIO, false,
     AT(target_samples)},
    {"steps-to-target", "steps_to_target", "steps to target", COMPARE_RATIO, false,
     AT(target_steps)},
};
enum {
    FIGURE_COUNT = sizeof FIGURES / sizeof FIGURES[0],
    FIGURES_AUTO = 5,
    SAMPLES_TO_TARGET = 11
};

const char *compare_figure_name(int choice)
{
    int place = 0;
    for (size_t f = 0; choice > 0 && f < FIGURE_COUNT; f++) {
        bool shared = f > 0 && strcmp(FIGURES[f].name, FIGURES[f - 1].name) == 0;
        place += !shared;
        if (place == choice) {
            return FIGURES[f].name;
        }
    }
    return choice == 0 ? "auto" : NULL;
}

double compare_figure_of(const struct compare_figure *figure, const struct run_row *row)
{
    double number = run_row_number(row, figure->member);
    return figure->unit == COMPARE_RATIO ? (number > 0.0 ? log(number) : NAN) : number;
}

/* The first run without the figure; their count where all have it. */
static size_t first_without(const struct compare_figure *figure, const struct run_row *rows,
                            size_t count)
{
    size_t i = 0;
    while (i < count && isfinite(compare_figure_of(figure, &rows[i]))) {
        i++;
    }
    return i;
}

enum exit_status compare_figure_find(const struct compare_figure **found, int choice,
                                     const struct run_row *rows, size_t count)
{
    size_t without = 0;
    for (size_t f = 0; f < (choice == 0 ? FIGURES_AUTO : FIGURE_COUNT); f++) {
        if (choice == 0 || strcmp(FIGURES[f].name, compare_figure_name(choice)) == 0) {
            size_t first = first_without(&FIGURES[f], rows, count);
            if (first == count) {
                *found = &FIGURES[f];
                return DONE;
            }
            without = first > without ? first : without;
        }
    }
    return choice == 0
               ? cli_failed("expected a figure that all runs have, of test or validation samples; "
                            "found none%s %s%s",
                            without > 0 ? ":" : " in", rows[without].folder,
                            without > 0 ? " has not those of the runs before it" : "")
               : cli_failed("--figure %s: expected runs that have it, found none in %s",
                            compare_figure_name(choice), rows[without].folder);
}

const struct compare_figure *compare_figure_target(const struct run_row *rows, size_t count)
{
    const json_t *first = json_object_get(rows[0].result, "target");
    bool same = json_is_object(first);
    for (size_t i = 1; i < count && same; i++) {
        const json_t *target = json_object_get(rows[i].result, "target");
        same = json_equal(json_object_get(first, "figure"), json_object_get(target, "figure")) &&
               json_equal(json_object_get(first, "value"), json_object_get(target, "value"));
    }
    return same ? &FIGURES[SAMPLES_TO_TARGET] : NULL;
}

/* A number of any size, in four digits. */
static void write_plain(char *text, size_t size, double number)
{
    snprintf(text, size,
             isnan(number)            ? "-"
             : fabs(number) >= 1000.0 ? "%.0f"
             : fabs(number) >= 100.0  ? "%.1f"
             : fabs(number) >= 10.0   ? "%.2f"
             : fabs(number) >= 1e-3   ? "%.4f"
                                      : "%.3g",
             number);
}

void compare_figure_write(char *text, size_t size, const struct compare_figure *figure,
                          double number, double deviation)
{
    char mean[TEXT_SIZE], spread[TEXT_SIZE];
    if (figure->unit == COMPARE_POINTS) {
        snprintf(mean, sizeof mean, "%.2f", 100.0 * number);
        snprintf(spread, sizeof spread, "%.2f", 100.0 * deviation);
    } else {
        write_plain(mean, sizeof mean, number);
        write_plain(spread, sizeof spread, deviation);
    }
    const char *unit = figure->unit == COMPARE_POINTS ? " %" : "";
    snprintf(text, size, "%s%s%s%s", mean, isnan(deviation) ? "" : " ± ",
             isnan(deviation) ? "" : spread, unit);
}

/* As many digits behind the point as show two of the interval's, and of shares two at least. */
static int decimals_of(const struct compare_figure *figure, double difference, double half)
{
    double size = half > 0.0 ? half : fabs(difference);
    int digits = size > 0.0 ? 1 - (int)floor(log10(size)) : 0;
    int least = figure->unit == COMPARE_POINTS ? 2 : 0;
    return digits < least ? least : digits > 12 ? 12 : digits;
}

void compare_difference_write(char *text, size_t size, const struct compare_figure *figure,
                              double difference, double half)
{
    if (figure->unit == COMPARE_RATIO) {
        char ratio[TEXT_SIZE], low[TEXT_SIZE], high[TEXT_SIZE];
        snprintf(text, size, "%s", text_digits(ratio, exp(difference)));
        if (!isnan(half)) {
            text_append(text, size, " (%s to %s)", text_digits(low, exp(difference - half)),
                        text_digits(high, exp(difference + half)));
        }
        return;
    }
    double scale = figure->unit == COMPARE_POINTS ? 100.0 : 1.0;
    int decimals = decimals_of(figure, scale * difference, scale * half);
    snprintf(text, size, "%.*f", decimals, scale * difference);
    if (!isnan(half)) {
        text_append(text, size, " ± %.*f", decimals, scale * half);
    }
}
