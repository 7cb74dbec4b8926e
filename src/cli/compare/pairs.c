/*
 * Settings against each other. Where most of their runs have the same seeds, these are compared
 * seed by seed: what a seed does to both, as its split of the data does, is no difference.
 */
#include "cli/compare/compare.h"

#include <math.h>
#include <stdlib.h>

/* Settings up to this number are all compared with each other in the tables. */
enum { FEW = 4 };

/* The figures of two settings: of the seeds that both have first. */
struct numbers {
    double *first, *second;
    size_t paired;
};

static void put_in_order(struct numbers *numbers, const struct compare_pair *pair)
{
    const struct compare_setting *first = pair->first, *second = pair->second;
    numbers->paired = 0;
    for (size_t i = 0; i < first->count; i++) {
        for (size_t k = 0; k < second->count; k++) {
            if (run_same_repeat(first->runs[i].config, second->runs[k].config)) {
                numbers->first[numbers->paired] = compare_figure_of(pair->figure, &first->runs[i]);
                numbers->second[numbers->paired++] =
                    compare_figure_of(pair->figure, &second->runs[k]);
                break;
            }
        }
    }
}

static void put_all(double *numbers, const struct compare_setting *setting,
                    const struct compare_figure *figure)
{
    for (size_t i = 0; i < setting->count; i++) {
        numbers[i] = compare_figure_of(figure, &setting->runs[i]);
    }
}

static void measure(struct compare_pair *pair, struct numbers *numbers, double overlap)
{
    size_t first = pair->first->count, second = pair->second->count;
    size_t more = first > second ? first : second;
    put_in_order(numbers, pair);
    if (2 * numbers->paired > more) {
        pair->runs = pair->others = (double)numbers->paired;
        pair->found = difference_paired(numbers->first, numbers->second, numbers->paired, overlap);
    } else {
        put_all(numbers->first, pair->first, pair->figure);
        put_all(numbers->second, pair->second, pair->figure);
        pair->runs = (double)first;
        pair->others = (double)second;
        pair->found = difference_welch(numbers->first, first, numbers->second, second);
    }
}

static bool against_best(const struct compare *compare)
{
    return compare->options.against == COMPARE_BEST ||
           (compare->options.against == COMPARE_AUTO && compare->setting_count > FEW);
}

static bool is_wanted(const struct compare *compare, const struct compare_setting *first,
                      const struct compare_setting *second)
{
    return compare->against_best                       ? first == &compare->settings[0]
           : compare->options.against == COMPARE_FIRST ? first->holds_first || second->holds_first
                                                       : true;
}

static enum exit_status correct(const struct compare *compare, struct compare_pair *pairs)
{
    size_t count = compare->pair_count;
    if (compare->against_best) {
        difference_with_best(&pairs->corrected, &pairs->found.p, count, sizeof *pairs);
        return DONE;
    }
    return difference_holm(&pairs->corrected, &pairs->found.p, count, sizeof *pairs)
               ? DONE
               : cli_failed("out of memory for %zu comparisons", count);
}

static void compare_all(struct compare *compare, struct compare_pair *pairs,
                        const struct compare_figure *figure, struct numbers *numbers)
{
    size_t count = compare->setting_count;
    compare->pair_count = 0;
    for (size_t i = 0; i < count; i++) {
        for (size_t k = i + 1; k < count; k++) {
            struct compare_pair pair = {
                .first = &compare->settings[i], .second = &compare->settings[k], .figure = figure};
            if (is_wanted(compare, pair.first, pair.second)) {
                measure(&pair, numbers, compare->overlap);
                pairs[compare->pair_count++] = pair;
            }
        }
    }
}

enum exit_status compare_pairs(struct compare *compare)
{
    size_t most = compare->setting_count * (compare->setting_count - 1) / 2;
    compare->against_best = against_best(compare);
    struct numbers numbers = {.first = calloc(compare->count + 1, sizeof(double)),
                              .second = calloc(compare->count + 1, sizeof(double))};
    compare->pairs = calloc(most + 1, sizeof *compare->pairs);
    compare->target_pairs = calloc(most + 1, sizeof *compare->target_pairs);
    bool room = numbers.first != NULL && numbers.second != NULL && compare->pairs != NULL &&
                compare->target_pairs != NULL;
    if (room) {
        compare_all(compare, compare->pairs, compare->figure, &numbers);
    }
    if (room && compare->target != NULL) {
        compare_all(compare, compare->target_pairs, compare->target, &numbers);
    }
    free(numbers.first);
    free(numbers.second);
    if (!room) {
        return cli_failed("out of memory for comparisons of %zu settings", compare->setting_count);
    }
    CLI_TRY(correct(compare, compare->pairs));
    return compare->target != NULL ? correct(compare, compare->target_pairs) : DONE;
}

bool compare_is_real(const struct compare_pair *pair)
{
    return pair->corrected < DIFFERENCE_TAILS; /* false of NaN */
}

bool compare_first_is_better(const struct compare_pair *pair)
{
    return (pair->found.mean > 0.0) == pair->figure->highest_best;
}

const char *compare_verdict(const struct compare_pair *pair)
{
    return isnan(pair->corrected)          ? "unknown"
           : !compare_is_real(pair)        ? "within the noise"
           : compare_first_is_better(pair) ? "better"
                                           : "worse";
}

double compare_wanted(const struct compare *compare, const struct compare_pair *pair)
{
    double detect = compare->options.detect;
    return !(detect > 0.0) || pair->figure != compare->figure ? fabs(pair->found.mean)
           : pair->figure->unit == COMPARE_POINTS             ? detect / 100.0
           : pair->figure->unit == COMPARE_RATIO              ? fabs(log(detect))
                                                              : detect;
}

/* Of several comparisons, what the smallest p is multiplied by. */
static double level_of(const struct compare *compare)
{
    return DIFFERENCE_TAILS / (double)compare->pair_count;
}

double compare_detectable(const struct compare *compare, const struct compare_pair *pair)
{
    return compare->overlap > 0.0 ? NAN
                                  : difference_seen_by(&pair->found, fmin(pair->runs, pair->others),
                                                       level_of(compare));
}

double compare_needed(const struct compare *compare, const struct compare_pair *pair)
{
    return compare->overlap > 0.0
               ? NAN
               : difference_count_needed(&pair->found, compare_wanted(compare, pair),
                                         level_of(compare));
}
