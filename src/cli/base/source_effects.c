/*
 * Options of sources that were given where they have no effect: only the data show that.
 */
#include "cli/base/source.h"
#include "cli/base/text.h"

#include <string.h>

/* What a row of the table has an effect on, where that is not all data. */
enum effect { EFFECT_CSV, EFFECT_ROWS, EFFECT_LEARNING, EFFECT_SPLIT, EFFECT_HELD_BACK };

static const struct {
    const char *name;
    enum effect effect;
} EFFECTS[] = {
    {"label-column", EFFECT_CSV},    {"header", EFFECT_CSV},    {"separator", EFFECT_CSV},
    {"values", EFFECT_ROWS},         {"missing", EFFECT_CSV},   {"words", EFFECT_LEARNING},
    {"ignore", EFFECT_LEARNING},     {"keep", EFFECT_LEARNING}, {"test", EFFECT_SPLIT},
    {"test-seed", EFFECT_HELD_BACK},
};

enum { EFFECT_COUNT = sizeof EFFECTS / sizeof EFFECTS[0] };

static bool was_given(const struct source_options *options, const char *name)
{
    for (size_t i = 0; i < SOURCE_TABLE.count; i++) {
        if (strcmp(SOURCE_TABLE.rows[i].name, name) == 0) {
            return (options->given >> i & 1) != 0;
        }
    }
    return false;
}

void source_note_given(struct source_options *options, const struct option_table *table,
                       const struct option_arguments *arguments)
{
    options->given = 0;
    for (size_t i = 0; i < SOURCE_TABLE.count; i++) {
        if (option_given(table, arguments, SOURCE_TABLE.rows[i].name)) {
            options->given |= UINT64_C(1) << i;
        }
    }
}

static enum exit_status check_csv(const char *name, const descent_dataset *dataset)
{
    if (descent_dataset_reading(dataset) != NULL) {
        return DONE;
    }
    char shape[80];
    text_shape(shape, sizeof shape, descent_dataset_shape(dataset));
    return cli_usage("--%s has an effect only on CSV files, found samples of %s from other files",
                     name, shape);
}

/* Columns that are known from a model are what they are. */
static enum exit_status check_learning(const char *name, const descent_dataset *dataset)
{
    CLI_TRY(check_csv(name, dataset));
    if (descent_dataset_reading(dataset)->match != DESCENT_MATCH_LEARNED) {
        return cli_usage("--%s has an effect only where columns are learned: the model knows them",
                         name);
    }
    return descent_dataset_columns(dataset) != NULL || strcmp(name, "words") != 0
               ? DONE
               : cli_usage("--%s has an effect only on tables, found pixels", name);
}

enum exit_status source_check_effects(const struct source_options *options,
                                      const descent_dataset *dataset, bool has_test)
{
    bool held_back = descent_dataset_whole(dataset) > 0;
    for (size_t i = 0; i < EFFECT_COUNT; i++) {
        const char *name = EFFECTS[i].name;
        enum effect effect = EFFECTS[i].effect;
        bool rows = effect == EFFECT_ROWS && descent_dataset_shape(dataset)->rank == 1;
        if (rows || !was_given(options, name)) {
            continue;
        }
        if (effect == EFFECT_CSV || effect == EFFECT_ROWS) {
            CLI_TRY(check_csv(name, dataset));
        } else if (effect == EFFECT_LEARNING) {
            CLI_TRY(check_learning(name, dataset));
        } else if (has_test && !held_back) {
            return cli_usage("--%s has an effect only on data without a test part of their own, "
                             "found one",
                             name);
        } else if (effect == EFFECT_HELD_BACK && !held_back) {
            return cli_usage("--%s has an effect only where samples are held back, found none",
                             name);
        }
    }
    return DONE;
}

enum exit_status source_check_none(const struct source_options *options, const char *path)
{
    for (size_t i = 0; i < SOURCE_TABLE.count; i++) {
        if ((options->given >> i & 1) != 0) {
            return cli_usage("--%s has an effect only on data sets, found %s",
                             SOURCE_TABLE.rows[i].name, path);
        }
    }
    return DONE;
}
