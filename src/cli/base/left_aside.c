/*
 * Both parts of a data set may lie in one folder: what they left aside there is one thing.
 */
#include "cli/base/left_aside.h"

#include "cli/base/controls.h"
#include "cli/base/record.h"
#include "cli/base/text.h"

#include <string.h>

enum { KINDS_MAX = 64, TEXT_MAX = 1024 };

static bool is_there(const descent_left_aside *rows, size_t count, const descent_left_aside *row)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(rows[i].what, row->what) == 0 && strcmp(rows[i].example, row->example) == 0) {
            return true;
        }
    }
    return false;
}

static size_t merge(descent_left_aside rows[KINDS_MAX], const descent_dataset *const datasets[2],
                    bool all)
{
    size_t merged = 0;
    for (size_t p = 0; p < 2; p++) {
        size_t count = 0;
        const descent_left_aside *found =
            datasets[p] != NULL ? descent_dataset_left_aside(datasets[p], &count) : NULL;
        for (size_t i = 0; i < count && merged < KINDS_MAX; i++) {
            if ((all || found[i].matters) && !is_there(rows, merged, &found[i])) {
                rows[merged++] = found[i];
            }
        }
    }
    return merged;
}

void left_aside_list(char *text, size_t size, const descent_dataset *const datasets[2], bool all)
{
    descent_left_aside rows[KINDS_MAX];
    size_t count = merge(rows, datasets, all);
    text[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        text_append(text, size, "%s", i == 0 ? "" : ", ");
        if (rows[i].what[0] == '.' || rows[i].count > 1) {
            text_append(text, size, "%zu ", rows[i].count);
        }
        text_append(text, size, "%s", rows[i].what);
    }
    if (count > 0) {
        text_append(text, size, " (%s%s)", count > 1 || rows[0].count > 1 ? "first " : "",
                    rows[0].example);
    }
    controls_remove(text);
}

void left_aside_warn(struct progress *display, const descent_dataset *const datasets[2])
{
    char list[TEXT_MAX];
    left_aside_list(list, sizeof list, datasets, false);
    if (list[0] != '\0') {
        progress_say(display, "warning: ignored %s", list);
    }
    if (datasets[0] != NULL && descent_dataset_tests_validation(datasets[0])) {
        progress_say(display, "note: the folder for validation is the test part, as there is no "
                              "other");
    }
}

#define AT(kind, member) RECORD_MEMBER(kind, descent_left_aside, member)

static const struct record_field FIELDS[] = {
    {"what", AT(TEXT, what)},
    {"count", AT(SIZE, count)},
    {"example", AT(TEXT, example)},
};

static const struct record LEFT_ASIDE = RECORD(descent_left_aside, FIELDS);

json_t *left_aside_json(const descent_dataset *const datasets[2])
{
    descent_left_aside rows[KINDS_MAX];
    return record_array(&LEFT_ASIDE, rows, merge(rows, datasets, true));
}
