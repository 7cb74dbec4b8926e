/*
 * A test part is held back only from the data that a model was trained on, which are known by their
 * fingerprint, wherever they lie and however they are packed.
 */
#include "cli/evaluate/scored.h"

#include "cli/base/text.h"

#include <stdio.h>
#include <string.h>

static enum scored_origin origin_of(const descent_dataset *dataset,
                                    const struct trained_model *trained)
{
    struct fingerprint found = fingerprint_of(dataset);
    if (trained->train.text[0] == '\0') {
        return SCORED_UNKNOWN;
    }
    /* The same samples can be held back from a file with fewer others: that is another one, where
     * the model says of how many they were held back. */
    size_t whole = descent_dataset_whole(dataset);
    bool same = whole == 0 || trained->whole == 0 || whole == trained->whole;
    return same && strcmp(found.text, trained->test.text) == 0 ? SCORED_HELD_BACK
           : strcmp(found.text, trained->train.text) == 0      ? SCORED_TRAINED_ON
                                                               : SCORED_OTHER;
}

static descent_status load(struct scored *scored, const char *path, descent_source *source,
                           descent_part part, const struct trained_model *trained)
{
    source->part = part;
    scored->part = part;
    LIBRARY_TRY(source_try(&scored->dataset, path, source));
    scored->origin = origin_of(scored->dataset, trained);
    return DESCENT_OK;
}

/* Whether the first samples, as many as the model was limited to, are those that it was trained on.
 */
static bool is_partly_own(const char *path, const descent_source *source,
                          const struct trained_model *trained)
{
    descent_source own = *source;
    descent_dataset *first;
    own.part = DESCENT_PART_TRAIN;
    if (source->limit == 0 || source_try(&first, path, &own) != DESCENT_OK) {
        return false;
    }
    bool same = origin_of(first, trained) == SCORED_TRAINED_ON;
    descent_dataset_destroy(first);
    return same;
}

/* Why there is no test part matters only where nothing else is found either. */
static enum exit_status load_all(struct scored *scored, const char *path, descent_source *source,
                                 const struct trained_model *trained, const char *missing)
{
    bool held_back = scored->dataset != NULL && scored->origin == SCORED_HELD_BACK;
    descent_dataset_destroy(scored->dataset);
    scored->dataset = NULL;
    if (load(scored, path, source, DESCENT_PART_ALL, trained) != DESCENT_OK) {
        return missing[0] != '\0' ? cli_failed("%s", missing) : cli_library_failed();
    }
    if (held_back || is_partly_own(path, source, trained)) {
        scored->origin = SCORED_PARTLY_TRAINED_ON;
    }
    return DONE;
}

/* Another split of the model's own data would put samples that it was trained on into its test
 * part, and so would any split of data of which none were held back. */
static enum exit_status check_split(struct scored *scored, const char *path,
                                    const descent_source *source,
                                    const struct trained_model *trained)
{
    if (source->test == scored->test && source->test_seed == scored->test_seed) {
        return DONE;
    }
    descent_source own = *source;
    own.test = scored->test;
    own.test_seed = scored->test_seed;
    bool none = trained->test.text[0] == '\0';
    descent_part part = none ? DESCENT_PART_ALL : DESCENT_PART_TEST;
    bool same =
        load(scored, path, &own, part, trained) == DESCENT_OK &&
        (none ? scored->origin == SCORED_TRAINED_ON
              : scored->origin == SCORED_HELD_BACK && descent_dataset_whole(scored->dataset) > 0);
    descent_dataset_destroy(scored->dataset);
    scored->dataset = NULL;
    return !same ? DONE
                 : cli_usage("--test and --test-seed have no effect on %s: the model was trained "
                             "%s",
                             path,
                             none ? "on all of its samples" : "on those that its own split left");
}

enum exit_status scored_load(struct scored *scored, const char *path, descent_source *source,
                             int part, const struct trained_model *trained)
{
    bool automatic = part == SCORED_AUTO;
    scored->transposed = source->transpose;
    CLI_TRY(check_split(scored, path, source, trained));
    if (!automatic && part != DESCENT_PART_ALL) {
        return cli_library(load(scored, path, source, (descent_part)part, trained));
    }
    char missing[512] = "";
    descent_status status = load(scored, path, source, DESCENT_PART_TEST, trained);
    if (status == DESCENT_ERROR_NOT_FOUND) {
        snprintf(missing, sizeof missing, "%s", descent_last_error());
    } else if (status != DESCENT_OK && status != DESCENT_ERROR_INVALID) {
        return cli_library_failed();
    }
    bool own = status == DESCENT_OK &&
               (scored->origin == SCORED_HELD_BACK || descent_dataset_whole(scored->dataset) == 0);
    return automatic && own ? DONE : load_all(scored, path, source, trained, missing);
}

static const char *part_name(descent_part part)
{
    static const char *const names[DESCENT_PART_COUNT] = {
        [DESCENT_PART_TRAIN] = "train", [DESCENT_PART_TEST] = "test", [DESCENT_PART_ALL] = "all"};
    return names[part];
}

/* Data with a test part of their own are known for that: there it need not be told. */
static const char *remark_of(const struct scored *scored)
{
    bool own = descent_dataset_whole(scored->dataset) == 0 && scored->part == DESCENT_PART_TEST;
    switch (scored->origin) {
    case SCORED_HELD_BACK:
        return ", held back from training";
    case SCORED_TRAINED_ON:
        return ", which the model was trained on";
    case SCORED_PARTLY_TRAINED_ON:
        return ", part of which the model was trained on";
    case SCORED_UNKNOWN:
        return own ? "" : "; the model does not say what it was trained on";
    case SCORED_OTHER:
        break;
    }
    return "";
}

void scored_describe(const struct scored *scored, char *text, size_t size)
{
    static const char *const parts[DESCENT_PART_COUNT] = {[DESCENT_PART_TRAIN] = "training part, ",
                                                          [DESCENT_PART_TEST] = "test part, ",
                                                          [DESCENT_PART_ALL] = "all "};
    size_t whole = descent_dataset_whole(scored->dataset);
    size_t count = descent_dataset_count(scored->dataset);
    bool named = whole == 0 || scored->part == DESCENT_PART_TRAIN;
    char number[TEXT_SIZE], of[TEXT_SIZE];
    text[0] = '\0';
    text_append(text, size, "%s: %s%s", scored->name, named ? parts[scored->part] : "",
                text_count(number, count));
    if (whole > 0) {
        text_append(text, size, " of %s", text_count(of, whole));
    }
    text_append(text, size, " %s%s%s%s",
                descent_dataset_reading(scored->dataset) != NULL ? "row" : "sample",
                (whole > 0 ? whole : count) == 1 ? "" : "s",
                scored->transposed ? ", transposed" : "", remark_of(scored));
}

json_t *scored_json(const struct scored *scored)
{
    static const char *const origins[] = {
        [SCORED_UNKNOWN] = "unknown",
        [SCORED_OTHER] = "other data",
        [SCORED_HELD_BACK] = "held back",
        [SCORED_TRAINED_ON] = "trained on",
        [SCORED_PARTLY_TRAINED_ON] = "partly trained on",
    };
    size_t whole = descent_dataset_whole(scored->dataset);
    size_t count = descent_dataset_count(scored->dataset);
    return json_pack("{s:s, s:s, s:I, s:s}", "name", scored->name, "part", part_name(scored->part),
                     "of", (json_int_t)(whole > 0 ? whole : count), "origin",
                     origins[scored->origin]);
}
