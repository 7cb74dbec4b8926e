/*
 * study.json as it is read: everything in it may have been edited.
 */
#include "cli/sweep/study_file.h"

#include "cli/base/paths.h"
#include "cli/base/record.h"

#include <string.h>
#include <unistd.h>

static struct run_path path_of(const char *folder)
{
    return run_file(folder, STUDY_CONFIG);
}

static enum exit_status refuse(const char *folder, const char *expected)
{
    return cli_failed("%s: expected %s as sweep writes it, found something else; has the file been "
                      "changed?",
                      path_of(folder).text, expected);
}

static enum exit_status read_option(struct study_stored *stored, const struct option *row,
                                    size_t number, const char *folder)
{
    const json_t *options = json_object_get(stored->root, TRAIN_CONFIG_OPTIONS);
    const char *text = json_string_value(json_object_get(options, row->name));
    if (text == NULL) {
        return DONE;
    }
    if (!option_read(row, &stored->options, text)) {
        char expected[512];
        if (option_lacks_memory(row, text)) {
            return cli_failed("%s: option %s: out of memory", path_of(folder).text, row->name);
        }
        option_expected(row, expected, sizeof expected);
        return cli_failed("%s: option %s: expected %s, found \"%.200s\"", path_of(folder).text,
                          row->name, expected, text);
    }
    stored->arguments.texts[number] = strdup(text);
    return stored->arguments.texts[number] != NULL ? DONE : cli_failed("out of memory");
}

/* Whether a version that knows more has written the file. */
static enum exit_status check_names(const struct study_stored *stored, const char *folder)
{
    const struct option_table *table = study_options_table();
    json_t *options = json_object_get(stored->root, TRAIN_CONFIG_OPTIONS), *value;
    const char *name;
    json_object_foreach(options, name, value)
    {
        size_t i = 0;
        while (i < table->count && strcmp(table->rows[i].name, name) != 0) {
            i++;
        }
        if (i == table->count || !json_is_string(value)) {
            return cli_failed("%s: option %.64s: expected one that this version has, as text",
                              path_of(folder).text, name);
        }
    }
    return DONE;
}

static enum exit_status read_options(struct study_stored *stored, const char *folder)
{
    const struct option_table *table = study_options_table();
    CLI_TRY(check_names(stored, folder));
    CLI_TRY(option_defaults(table, &stored->options));
    for (size_t i = 0; i < table->count; i++) {
        const struct option row = option_row(table, i);
        if (study_option_is_kept(&row)) {
            CLI_TRY(read_option(stored, &row, i, folder));
        }
    }
    return DONE;
}

static uint64_t count_of(const json_t *object, const char *name)
{
    json_int_t count = json_integer_value(json_object_get(object, name));
    return count > 0 && count <= STUDY_TRIALS_MAX ? (uint64_t)count : 0;
}

/* Each asks for no less than the one before. */
static enum exit_status read_stages(struct study_stored *stored, const char *folder)
{
    const json_t *stages = json_object_get(stored->root, STUDY_KEY_STAGES);
    size_t count = json_array_size(stages);
    bool valid = count >= 1 && count <= STUDY_STAGES_MAX;
    for (size_t s = 0; valid && s < count; s++) {
        const json_t *stage = json_array_get(stages, s);
        const struct study_stage *before = &stored->stages[s > 0 ? s - 1 : 0];
        stored->stages[s].trials = count_of(stage, "trials");
        stored->stages[s].seeds = count_of(stage, "seeds");
        valid = stored->stages[s].seeds >= 1 && stored->stages[s].seeds >= before->seeds &&
                stored->stages[s].trials >= before->trials;
    }
    stored->stage_count = count;
    return valid ? DONE : refuse(folder, "the trials and seeds that were asked for");
}

bool study_is_in(const char *folder)
{
    return path_is_file(path_of(folder).text);
}

enum exit_status study_stored_read(struct study_stored *stored, const char *folder)
{
    if (!path_is_there(path_of(folder).text)) {
        return DONE;
    }
    stored->root = run_load_json(folder, STUDY_CONFIG, "the study cannot be used");
    if (stored->root == NULL) {
        return FAILED;
    }
    const json_t *data = json_object_get(stored->root, TRAIN_CONFIG_DATA);
    if (json_string_value(json_object_get(data, STUDY_KEY_GIVEN)) == NULL ||
        json_string_value(json_object_get(data, STUDY_KEY_FOLDER)) == NULL) {
        return refuse(folder, "a study");
    }
    CLI_TRY(read_options(stored, folder));
    return read_stages(stored, folder);
}

void study_stored_free(struct study_stored *stored)
{
    json_decref(stored->root);
    option_free(study_options_table(), &stored->arguments, &stored->options);
}
