/*
 * Compares all names with each other, as long as they are few: people write labels by hand.
 */
#include "cli/base/alike.h"

#include "cli/base/cli.h"
#include "cli/base/controls.h"
#include "cli/base/text.h"

#include <ctype.h>
#include <string.h>

enum { NAMES_MAX = 1000, LIST_SIZE = 1024 };

/* Whether two texts differ, but only in case or blanks. A single letter means what it is: EMNIST
 * has classes a and A. */
static bool are_alike(const char *a, const char *b)
{
    if (strlen(a) < 2 || strlen(b) < 2 || strcmp(a, b) == 0) {
        return false;
    }
    while (true) {
        a += strspn(a, " \t");
        b += strspn(b, " \t");
        if (*a == '\0' || tolower((unsigned char)*a) != tolower((unsigned char)*b)) {
            return *a == *b;
        }
        a++;
        b++;
    }
}

/* Adds each pair to the list, behind what the names are. */
static void add_pairs(char *text, size_t size, const char *what, const char *const *names,
                      size_t count)
{
    for (size_t i = 0; i < count && count <= NAMES_MAX; i++) {
        for (size_t k = i + 1; k < count; k++) {
            if (are_alike(names[i], names[k])) {
                text_append(text, size, "%s%s \"%.80s\" and \"%.80s\"", text[0] != '\0' ? ", " : "",
                            what, names[i], names[k]);
            }
        }
    }
}

void alike_list(char *text, size_t size, const descent_dataset *dataset)
{
    const descent_columns *columns = descent_dataset_columns(dataset);
    text[0] = '\0';
    add_pairs(text, size, "classes", descent_dataset_class_names(dataset),
              descent_dataset_classes(dataset));
    if (descent_dataset_target_names(dataset) != NULL) {
        add_pairs(text, size, "labels", descent_dataset_target_names(dataset),
                  descent_dataset_outputs(dataset));
    }
    for (size_t c = 0; columns != NULL && c < descent_columns_count(columns); c++) {
        const descent_column *column = descent_columns_at(columns, c);
        char what[160] = "words";
        if (column->name != NULL) {
            text_append(what, sizeof what, " of %.100s", column->name);
        }
        add_pairs(text, size, what, column->words, column->count);
    }
    controls_remove(text);
}

void alike_warn(struct progress *display, const descent_dataset *dataset)
{
    char list[LIST_SIZE];
    alike_list(list, sizeof list, dataset);
    if (list[0] != '\0') {
        progress_say(display,
                     "warning: %s differ only in case or blanks: if two are one, write them alike",
                     list);
    }
}
