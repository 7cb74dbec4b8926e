/*
 * The axes of a study: which options its settings differ in, and by which values.
 */
#include "cli/sweep/study.h"

#include "cli/base/text.h"

#include <stdlib.h>
#include <string.h>

static const char *train_option(const char *name)
{
    for (size_t i = 0; i < TRAIN_OPTIONS.count; i++) {
        struct option option = option_row(&TRAIN_OPTIONS, i);
        if (strcmp(option.name, name) == 0) {
            return option.name;
        }
    }
    return NULL;
}

static enum exit_status add_value(struct study_axis *axis, const char *value)
{
    char **values = realloc(axis->values, (axis->count + 1) * sizeof *values);
    if (values == NULL) {
        return cli_failed("out of memory for the values of --%s", axis->option);
    }
    axis->values = values;
    axis->values[axis->count] = strdup(value);
    return axis->values[axis->count++] != NULL ? DONE : cli_failed("out of memory");
}

static enum exit_status add_axis(struct study *study, const char *name, const char *values)
{
    struct study_axis *axis = &study->axes[study->axis_count++];
    axis->option = train_option(name);
    if (axis->option == NULL) {
        return cli_usage("--vary: expected an option of train, found \"%.100s\"", name);
    }
    for (const char *rest = values; rest != NULL;) {
        char part[TEXT_SIZE];
        if (!text_next(&rest, ',', part)) {
            return cli_usage("--%s: expected values with commas between, found \"%.100s\"", name,
                             values);
        }
        CLI_TRY(add_value(axis, part));
    }
    return DONE;
}

enum exit_status study_axes_read(struct study *study)
{
    if (study->options.batch != NULL) {
        CLI_TRY(add_axis(study, "batch", study->options.batch));
    }
    for (const char *rest = study->options.vary; rest != NULL;) {
        char line[TEXT_SIZE], *equal;
        if (!text_next(&rest, '\n', line) || (equal = strchr(line, '=')) == NULL) {
            return cli_usage("--vary: expected NAME=VALUES, found \"%.100s\"", study->options.vary);
        }
        *equal = '\0';
        CLI_TRY(add_axis(study, line, equal + 1));
    }
    return DONE;
}

void study_axes_free(struct study *study)
{
    for (size_t a = 0; a < study->axis_count; a++) {
        for (size_t v = 0; v < study->axes[a].count; v++) {
            free(study->axes[a].values[v]);
        }
        free(study->axes[a].values);
    }
}
