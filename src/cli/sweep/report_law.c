/*
 * A law in words and numbers.
 */
#include "cli/base/lines.h"
#include "cli/base/record.h"
#include "cli/base/text.h"
#include "cli/sweep/report.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { LINE = 512 };

/* " (91 to 117)", " (above 130)", " (below 4)"; nothing where there is no interval. */
static void add_interval(char *text, size_t size, const struct study_estimate *estimate)
{
    char low[TEXT_SIZE], high[TEXT_SIZE];
    text_digits(low, estimate->low);
    text_digits(high, estimate->high);
    if (isnan(estimate->low)) {
        return;
    }
    bool from = estimate->low > 0.0, to = isfinite(estimate->high);
    if (from && to) {
        text_append(text, size, " (%s to %s)", low, high);
    } else if (from) {
        text_append(text, size, " (above %s)", low);
    } else {
        text_append(text, size, to ? " (below %s)" : " (not bounded)", high);
    }
}

static void add_estimate(char *text, size_t size, const char *name, const char *unit,
                         const struct study_estimate *estimate)
{
    char number[TEXT_SIZE];
    bool open = estimate->value <= 0.0 || isinf(estimate->value);
    text_append(text, size, "%s%s %s%s", text[0] == '\0' ? "" : ", ", name,
                open ? "not determined" : text_digits(number, estimate->value), open ? "" : unit);
    add_interval(text, size, estimate);
}

/* At an end of the range one of both terms is nothing. */
static void print_formula(const struct study_law *law)
{
    char least[TEXT_SIZE], samples[TEXT_SIZE], text[LINE] = "";
    text_digits(least, law->steps.value);
    text_digits(samples, law->samples.value);
    if (law->samples.value <= 0.0) {
        text_append(text, sizeof text, "steps = %s for all batch sizes", least);
    } else if (law->steps.value <= 0.0) {
        text_append(text, sizeof text, "steps = %s / batch", samples);
    } else {
        text_append(text, sizeof text, "steps = %s + %s / batch", least, samples);
    }
    text_append(text, sizeof text, " (");
    if (law->r2 > 0.0) {
        text_append(text, sizeof text, "R2 %.4f, ", law->r2);
    }
    lines_print(stdout, "%-12s %soff by %.1f %% at most)", "law", text, 100.0 * law->deviation);
}

static void print_estimates(const struct study_law *law)
{
    char text[LINE] = "";
    add_estimate(text, sizeof text, "B_crit", "", &law->batch);
    add_estimate(text, sizeof text, "S_min", " steps", &law->steps);
    add_estimate(text, sizeof text, "E_min", " samples", &law->samples);
    lines_print(stdout, "%-12s %s", "", text);
}

/* Where the data lie all on one side of it, that is said. */
static void print_undetermined(const struct study_law *law)
{
    if (isinf(law->batch.value) || isinf(law->batch.high)) {
        lines_print(stdout,
                    "%-12s B_crit is not bounded above: larger batch sizes, or more seeds, "
                    "would show where steps stop falling",
                    "");
    } else if (law->batch.value <= 0.0 || law->batch.low <= 0.0) {
        lines_print(stdout,
                    "%-12s B_crit is not bounded below: smaller batch sizes, or more seeds, "
                    "would show where samples stop falling",
                    "");
    }
}

/* Where a region ends by the measured steps, without the law. */
static void add_seen(char *text, size_t size, double batch)
{
    char digits[TEXT_SIZE];
    if (batch > 0.0) {
        text_append(text, size, " (measured: %s)", text_whole(digits, batch));
    }
}

static void print_regions(const struct study_law *law)
{
    char digits[TEXT_SIZE], text[LINE] = "";
    double critical = law->batch.value;
    if (critical <= 0.0 || isinf(critical)) {
        return;
    }
    text_append(text, sizeof text, "perfect scaling up to batch %s",
                text_digits(digits, critical / STUDY_REGION_FACTOR));
    add_seen(text, sizeof text, law->seen[STUDY_PERFECT]);
    text_append(text, sizeof text, ", maximal data parallelism from %s on",
                text_digits(digits, critical * STUDY_REGION_FACTOR));
    add_seen(text, sizeof text, law->seen[STUDY_MAXIMAL]);
    lines_print(stdout, "%-12s %s", "regions", text);
}

static void print_exponents(const struct study_law *law)
{
    static const char *const where[STUDY_REGIONS] = {
        [STUDY_PERFECT] = "in perfect scaling",
        [STUDY_DIMINISHING] = "in diminishing returns",
        [STUDY_MAXIMAL] = "in maximal parallelism",
    };
    char text[LINE] = "";
    if (isnan(law->exponent)) {
        return;
    }
    text_append(text, sizeof text, "grows as batch^%.2f (linear rule 1, square root 0.5)",
                law->exponent);
    for (int r = 0; r < STUDY_REGIONS; r++) {
        if (!isnan(law->exponents[r])) {
            text_append(text, sizeof text, "; batch^%.2f %s",
                        round(100.0 * law->exponents[r]) / 100.0 + 0.0, where[r]);
        }
    }
    lines_print(stdout, "%-12s %s", "lr", text);
}

/* The gradient noise scale is another estimate of B_crit (McCandlish et al. 2018). */
static void print_noise(const struct study_law *law)
{
    double least = INFINITY, most = -INFINITY;
    char low[TEXT_SIZE], high[TEXT_SIZE];
    for (size_t i = 0; i < law->count; i++) {
        least = fmin(least, law->settings[i]->noise_scale.median); /* ignores NaN */
        most = fmax(most, law->settings[i]->noise_scale.median);
    }
    if (least <= most) {
        lines_print(stdout,
                    "%-12s %s to %s samples over the first epoch, by batch size; an "
                    "estimate of B_crit from gradients alone",
                    "noise scale", text_digits(low, least), text_digits(high, most));
    }
}

void report_print_law(const struct study_law *law)
{
    if (law->name[0] != '\0') {
        lines_print(stdout, "%s:", law->name);
    }
    if (!study_law_fits(law)) {
        lines_print(stdout,
                    "%-12s needs %d batch sizes of which most runs reach the target, found %zu",
                    "law", LAW_POINTS_LEAST, law->points);
    } else {
        print_formula(law);
        print_estimates(law);
        print_undetermined(law);
        print_regions(law);
    }
    print_noise(law);
    print_exponents(law);
}

/* What the data do not bound is null. */
static json_t *bounded(double number)
{
    return cli_json_number(number > 0.0 ? number : NAN);
}

static json_t *estimate_json(const struct study_estimate *estimate)
{
    return json_pack("{s:o, s:o, s:o}", "value", bounded(estimate->value), "low",
                     bounded(estimate->low), "high", bounded(estimate->high));
}

static json_t *exponents_json(const struct study_law *law)
{
    return json_pack("{s:o, s:o, s:o, s:o}", "all", cli_json_number(law->exponent),
                     "perfect_scaling", cli_json_number(law->exponents[STUDY_PERFECT]),
                     "diminishing_returns", cli_json_number(law->exponents[STUDY_DIMINISHING]),
                     "maximal_parallelism", cli_json_number(law->exponents[STUDY_MAXIMAL]));
}

static json_t *regions_json(const struct study_law *law)
{
    double critical = law->batch.value;
    return json_pack("{s:o, s:o, s:o, s:o}", "perfect_scaling_to",
                     bounded(critical / STUDY_REGION_FACTOR), "maximal_parallelism_from",
                     bounded(critical * STUDY_REGION_FACTOR), "measured_perfect_scaling_to",
                     bounded(law->seen[STUDY_PERFECT]), "measured_maximal_parallelism_from",
                     bounded(law->seen[STUDY_MAXIMAL]));
}

json_t *report_law_json(const struct study_law *law)
{
    return json_pack("{s:s, s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "name", law->name,
                     "batch_sizes", (json_int_t)law->points, "critical_batch",
                     estimate_json(&law->batch), "least_steps", estimate_json(&law->steps),
                     "least_samples", estimate_json(&law->samples), "r2", cli_json_number(law->r2),
                     "largest_deviation", cli_json_number(law->deviation), "regions",
                     regions_json(law), "lr_exponents", exponents_json(law));
}
