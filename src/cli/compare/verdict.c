/*
 * What the differences come to, in words.
 */
#include "cli/base/lines.h"
#include "cli/base/text.h"
#include "cli/compare/compare.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { LIST_SIZE = 2048, PART_SIZE = 128, NAME_SHORT = 40 };

/* What a setting is called in a sentence: a short name, which in lists has no comma, or else its
 * letter in the tables. */
static const char *name_of(const struct compare *compare, const struct compare_setting *setting)
{
    size_t columns = text_columns(setting->name, strlen(setting->name));
    bool listed = compare->setting_count > 2 && strchr(setting->name, ',') != NULL;
    return columns > 0 && columns <= NAME_SHORT && !listed ? setting->name : setting->label;
}

/* "over 5 seeds (p 0.03)". */
static const char *basis_of(char text[PART_SIZE], const struct compare *compare,
                            const struct compare_pair *pair)
{
    snprintf(text, PART_SIZE, "over %.0f", pair->runs);
    if (pair->runs != pair->others) {
        text_append(text, PART_SIZE, " and %.0f", pair->others);
    }
    text_append(text, PART_SIZE, " %ss", compare->repeat);
    if (!isnan(pair->corrected)) {
        text_append(text, PART_SIZE, pair->corrected < 1e-4 ? " (p < 0.0001)" : " (p %.2g)",
                    pair->corrected);
    }
    return text;
}

/* A difference without its sign, such as "0.21 ± 0.09 points of test accuracy". */
static const char *amount_of(char text[PART_SIZE], const struct compare_pair *pair, double half)
{
    compare_difference_write(text, PART_SIZE, pair->figure, fabs(pair->found.mean), half);
    text_append(text, PART_SIZE, " %s %s",
                pair->figure->unit == COMPARE_POINTS ? "points of" : "in", pair->figure->words);
    return text;
}

/* "0.52 (0.48 to 0.57) times the seconds". */
static const char *ratio_of(char text[PART_SIZE], const struct compare_pair *pair, bool inverse)
{
    double logarithm = inverse ? -pair->found.mean : pair->found.mean;
    compare_difference_write(text, PART_SIZE, pair->figure, logarithm, pair->found.half);
    text_append(text, PART_SIZE, " times the %s", pair->figure->words);
    return text;
}

static void say_better(const struct compare *compare, const struct compare_pair *pair)
{
    char amount[PART_SIZE], basis[PART_SIZE];
    bool first = compare_first_is_better(pair);
    const char *better = name_of(compare, first ? pair->first : pair->second);
    const char *worse = name_of(compare, first ? pair->second : pair->first);
    basis_of(basis, compare, pair);
    if (pair->figure->unit == COMPARE_RATIO) {
        lines_print_one(stdout, "%s takes %s of %s %s", better, ratio_of(amount, pair, !first),
                        worse, basis);
    } else {
        lines_print_one(stdout, "%s is better than %s by %s %s", better, worse,
                        amount_of(amount, pair, pair->found.half), basis);
    }
}

/* What as many repetitions can show, and how many would do. */
static void say_needed(const struct compare *compare, const struct compare_pair *pair)
{
    char seen[PART_SIZE], wanted[PART_SIZE];
    double runs = fmin(pair->runs, pair->others);
    double least = compare_detectable(compare, pair), count = compare_needed(compare, pair);
    const char *what = pair->figure->unit == COMPARE_RATIO ? "ratio" : "difference";
    if (isnan(least)) {
        return;
    }
    const char *unit = pair->figure->unit == COMPARE_POINTS ? " points" : "";
    compare_difference_write(seen, sizeof seen, pair->figure, least, NAN);
    compare_difference_write(wanted, sizeof wanted, pair->figure, compare_wanted(compare, pair),
                             NAN);
    if (isnan(count)) {
        lines_print_one(stdout, "%.0f %ss find a %s of %s%s", runs, compare->repeat, what, seen,
                        unit);
    } else {
        lines_print_one(stdout,
                        "%.0f %ss find a %s of %s%s; run at least %.0f each to find one of %s",
                        runs, compare->repeat, what, seen, unit, count, wanted);
    }
}

static void say_noise(const struct compare *compare, const struct compare_pair *pair)
{
    char amount[PART_SIZE], basis[PART_SIZE];
    const char *first = name_of(compare, pair->first), *second = name_of(compare, pair->second);
    basis_of(basis, compare, pair);
    if (pair->figure->unit == COMPARE_RATIO) {
        lines_print_one(stdout, "within the noise of %ss: %s takes %s of %s %s", compare->repeat,
                        first, ratio_of(amount, pair, false), second, basis);
    } else {
        lines_print_one(stdout, "within the noise of %ss: %s and %s differ by %s %s",
                        compare->repeat, first, second, amount_of(amount, pair, pair->found.half),
                        basis);
    }
    say_needed(compare, pair);
}

/* Where nothing varies, nothing can be judged by it. */
static void say_unknown(const struct compare *compare, const struct compare_pair *pair)
{
    char amount[PART_SIZE], basis[PART_SIZE];
    const char *first = name_of(compare, pair->first), *second = name_of(compare, pair->second);
    if (isnan(pair->found.mean)) {
        lines_print_one(stdout, "%s and %s: not all runs have reached the target", first, second);
    } else if (fmin(pair->runs, pair->others) < 2.0) {
        lines_print_one(stdout, "%s and %s: one %s alone does not tell how much %ss differ", first,
                        second, compare->repeat, compare->repeat);
    } else {
        lines_print_one(stdout, "%s and %s differ by %s, with no noise to judge that by, %s", first,
                        second, amount_of(amount, pair, NAN), basis_of(basis, compare, pair));
    }
}

/* How the reference of several stands to the others. */
enum standing { BETTER, WORSE, NOISE, UNKNOWN, STANDINGS };

static enum standing standing_of(const struct compare_pair *pair,
                                 const struct compare_setting *reference)
{
    bool better = compare_first_is_better(pair) == (pair->first == reference);
    return isnan(pair->corrected)   ? UNKNOWN
           : !compare_is_real(pair) ? NOISE
           : better                 ? BETTER
                                    : WORSE;
}

static bool is_of(const struct compare_pair *pair, const struct compare_setting *reference)
{
    return pair->first == reference || pair->second == reference;
}

/* The others of a standing, as a list; returns how many they are. */
static size_t list(char text[LIST_SIZE], const struct compare *compare,
                   const struct compare_pair *pairs, const struct compare_setting *reference,
                   enum standing standing)
{
    size_t found = 0;
    text[0] = '\0';
    for (size_t i = 0; i < compare->pair_count; i++) {
        const struct compare_pair *pair = &pairs[i];
        if (is_of(pair, reference) && standing_of(pair, reference) == standing) {
            text_append(text, LIST_SIZE, "%s%s", found++ == 0 ? "" : ", ",
                        name_of(compare, pair->first == reference ? pair->second : pair->first));
        }
    }
    return found;
}

static const struct compare_setting *reference_of(const struct compare *compare)
{
    size_t s = 0;
    while (compare->options.against == COMPARE_FIRST && !compare->settings[s].holds_first) {
        s++;
    }
    return &compare->settings[s];
}

static void say_each(const struct compare *compare, const struct compare_pair *pairs,
                     const struct compare_setting *reference)
{
    for (size_t i = 0; i < compare->pair_count; i++) {
        if (is_of(&pairs[i], reference) && standing_of(&pairs[i], reference) == NOISE) {
            say_noise(compare, &pairs[i]);
        }
    }
}

static void say_several(const struct compare *compare, const struct compare_pair *pairs)
{
    static const char *const words[STANDINGS] = {
        "is better than", "is worse than", "is within the noise of", "cannot be judged against"};
    enum { EACH = 3 };
    const struct compare_setting *reference = reference_of(compare);
    for (int s = 0; s < STANDINGS; s++) {
        char others[LIST_SIZE];
        size_t count = list(others, compare, pairs, reference, (enum standing)s);
        if (s == NOISE && count <= EACH) {
            say_each(compare, pairs, reference);
        } else if (count > 0) {
            lines_print_one(stdout, "in %s %s %s %s", pairs->figure->words,
                            name_of(compare, reference), words[s], others);
        }
    }
}

static void say_pairs(const struct compare *compare, const struct compare_pair *pairs)
{
    if (compare->pair_count > 1) {
        say_several(compare, pairs);
    } else {
        (isnan(pairs->corrected)  ? say_unknown
         : compare_is_real(pairs) ? say_better
                                  : say_noise)(compare, pairs);
    }
}

/* One run each: what can be asked instead. */
static void say_what_helps(const struct compare *compare)
{
    const struct compare_setting *settings = compare->settings;
    const json_t *data = json_object_get(settings->runs->config, "data");
    const char *given = json_string_value(json_object_get(data, "given"));
    lines_print_one(stdout,
                    "one run of each does not tell how much of a difference comes from the seed: "
                    "descent sweep --seeds 5 trains with five. To compare two models on the same "
                    "samples:");
    lines_print_one(stdout, "  descent evaluate %s %s %s", settings[0].runs->folder,
                    settings[1].runs->folder, given != NULL ? given : "DATA");
}

void compare_print_verdict(const struct compare *compare)
{
    if (!compare_repeats(compare)) {
        say_what_helps(compare);
        return;
    }
    say_pairs(compare, compare->pairs);
    if (compare->target != NULL) {
        say_pairs(compare, compare->target_pairs);
    }
}
