/*
 * The function that is given: one of the table by its name, or a formula.
 */
#include "cli/base/controls.h"
#include "cli/walk/walk.h"

#include "cli/base/nearest.h"
#include "cli/base/text.h"

#include <stdio.h>
#include <string.h>

/* Shows where in a formula an error is. */
static void point_at(const char *text, size_t at)
{
    enum { BEFORE = 60, SHOWN = 76 };
    size_t start = at > BEFORE ? at - BEFORE : 0;
    char line[SHOWN + 1], before[SHOWN + 1];
    while (((unsigned char)text[start] & 0xC0) == 0x80) {
        start++;
    }
    text_cut(line, sizeof line, text + start);
    controls_remove(line);
    snprintf(before, sizeof before, "%.*s", (int)(at - start), text + start);
    fprintf(stderr, "  %s\n  %*s^\n", line, (int)text_columns(before, strlen(before)), "");
}

static enum exit_status fail_function(const char *text, const struct formula_error *error)
{
    char names[256] = "", asked[TEXT_SIZE * 3] = "";
    descent_nearest nearest = descent_nearest_to(text);
    const struct walk_example *example;
    for (size_t i = 0; (example = walk_example(i)) != NULL; i++) {
        text_append(names, sizeof names, "%s%s", i == 0 ? "" : ", ", example->name);
        descent_nearest_offer(&nearest, example->name);
    }
    if (text[0] == '\0') {
        return cli_usage("walk: expected a formula such as \"x^2 + 3*y^2\", or one of %s", names);
    }
    /* An error behind the first letters is that of a formula, as in sinx. */
    bool word =
        error->at == 0 &&
        strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-_") == strlen(text);
    if (word) {
        nearest_ask(asked, sizeof asked, &nearest, "");
        return cli_usage("walk: expected one of %s, or a formula; found \"%s\"%s", names, text,
                         asked);
    }
    cli_usage("walk: %s", error->message);
    point_at(text, error->at);
    return USAGE;
}

enum exit_status walk_function_read(struct walk_function *function, const char *const *rest,
                                    double condition, double slope)
{
    const char *text = rest[0] != NULL ? rest[0] : "";
    struct formula_error error;
    if (text[0] != '\0' && rest[1] != NULL) {
        return cli_usage("walk: expected one function, found \"%s\" and \"%s\"; a formula "
                         "with blanks stands in quotes",
                         rest[0], rest[1]);
    }
    const struct walk_example *example = walk_example_find(text);
    if (example != NULL) {
        bool line = strcmp(example->name, "line") == 0;
        walk_function_of_example(function, example, line ? slope : condition);
        return DONE;
    }
    return walk_function_of_formula(function, text, &error) ? DONE : fail_function(text, &error);
}
