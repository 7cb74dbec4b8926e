/*
 * The values of an axis: a list, or numbers from a range. Each is read by the option's own row, so
 * that what train would refuse is refused here, and written as that row writes it: 0.10 is 0.1.
 */
#include "cli/sweep/values.h"

#include "cli/base/paths.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { VALUE_SIZE = 4096, RANGE_NUMBERS_MAX = 1000 };

/* 1e-05 and 1e+30 as people write them: 1e-5, 1e30. */
static void tidy_exponent(char *number)
{
    char *exponent = strchr(number, 'e');
    if (exponent != NULL) {
        char *rest = ++exponent;
        exponent += *exponent == '-';
        rest += strspn(rest, "+-0");
        memmove(exponent, rest, strlen(rest) + 1);
    }
}

/* Sizes have dashes, since commas part values. */
static void tidy(char *text, const struct option *row)
{
    bool sizes = row->type == OPTION_SIZES;
    for (char *c = text; sizes && *c != '\0'; c++) {
        *c = *c == ',' ? '-' : *c;
    }
    if (row->type == OPTION_NUMBER && strspn(text, "+-.0123456789e") == strlen(text)) {
        tidy_exponent(text);
    }
}

/* The text as the row writes it. */
static enum exit_status write_as_row(char text[VALUE_SIZE], const struct option *row,
                                     const char *given)
{
    struct train_options options = {0};
    text[0] = '\0';
    bool read = strlen(given) < VALUE_SIZE && option_read(row, &options, given);
    if (read) {
        option_format(row, &options, text, VALUE_SIZE);
    }
    option_free_values(&TRAIN_OPTIONS, &options);
    tidy(text, row);
    return read ? DONE : option_refuse_value(row, given);
}

/* A study may go on from another folder: the paths of --init-from are absolute. */
static enum exit_status write_value(char text[VALUE_SIZE], const struct option *row,
                                    const char *given)
{
    char *path = strcmp(row->name, "init-from") == 0 ? path_resolved(given) : NULL;
    enum exit_status status = write_as_row(text, row, path != NULL ? path : given);
    free(path);
    return status == DONE ? path_check() : status;
}

static bool has_value(const struct study_axis *axis, const char *value)
{
    for (size_t v = 0; v < axis->count; v++) {
        if (strcmp(axis->values[v], value) == 0) {
            return true;
        }
    }
    return false;
}

static enum exit_status add_value(struct study_axis *axis, const char *value)
{
    if (axis->count == STUDY_TRIALS_MAX) {
        return cli_usage("--%s: expected at most %d values, found more", axis->option,
                         STUDY_TRIALS_MAX);
    }
    char **values = realloc(axis->values, (axis->count + 1) * sizeof *values);
    if (values == NULL) {
        return cli_failed("out of memory for the values of --%s", axis->option);
    }
    axis->values = values;
    char *copy = strdup(value);
    if (copy == NULL) {
        return cli_failed("out of memory for the values of --%s", axis->option);
    }
    axis->values[axis->count++] = copy;
    return DONE;
}

static enum exit_status add_given(struct study_axis *axis, const struct option *row,
                                  const char *given)
{
    char value[VALUE_SIZE];
    CLI_TRY(write_value(value, row, given));
    if (has_value(axis, value)) {
        return cli_usage("--%s: expected values that differ, found %.100s twice", row->name, value);
    }
    return add_value(axis, value);
}

static enum exit_status read_list(struct study_axis *axis, const struct option *row,
                                  const char *list, char separator)
{
    for (const char *start = list, *end; start != NULL; start = *end != '\0' ? end + 1 : NULL) {
        end = start + strcspn(start, (const char[]){separator, '\0'});
        char *part = strndup(start, (size_t)(end - start));
        enum exit_status status = part != NULL ? add_given(axis, row, part)
                                               : cli_failed("out of memory for --%s", row->name);
        free(part);
        CLI_TRY(status);
    }
    return DONE;
}

/* The words that ranges begin with. */
static const char *range_name(enum study_range range)
{
    static const char *const names[] = {
        [STUDY_LIST] = "choice:", [STUDY_LOG] = "log:", [STUDY_LINEAR] = "linear:"};
    return names[range];
}

static enum exit_status refuse_range(const struct option *row, const char *text)
{
    return cli_usage("--%s: expected log:LOW:HIGH:N or linear:LOW:HIGH:N with 0 < LOW for log, LOW "
                     "< HIGH and N from 2 to %d, which may be left out with --trials, found "
                     "\"%.100s\"",
                     row->name, RANGE_NUMBERS_MAX, text);
}

/* The ends of the range, and how many numbers of it; 0: any. */
static bool read_range(struct study_axis *axis, uint64_t *count, const char *text)
{
    char low[TEXT_SIZE], high[TEXT_SIZE];
    const char *rest = text;
    *count = 0;
    bool read = text_next(&rest, ':', low) && rest != NULL && text_next(&rest, ':', high) &&
                text_read_number(&axis->low, low) && text_read_number(&axis->high, high) &&
                (rest == NULL ||
                 (text_read_count(count, rest) && *count >= 2 && *count <= RANGE_NUMBERS_MAX));
    return read && axis->low < axis->high && (axis->range != STUDY_LOG || axis->low > 0.0);
}

void study_range_value(char text[TEXT_SIZE], const struct study_axis *axis, double share)
{
    const struct option row = option_row(&TRAIN_OPTIONS, axis->row);
    double number = axis->range == STUDY_LOG
                        ? exp(log(axis->low) + share * (log(axis->high) - log(axis->low)))
                        : axis->low + share * (axis->high - axis->low);
    snprintf(text, TEXT_SIZE, row.type == OPTION_COUNT ? "%.0f" : "%.6g", number);
}

/* Whole numbers may repeat where a range has fewer than are asked for. */
static enum exit_status list_range(struct study_axis *axis, const struct option *row,
                                   uint64_t count)
{
    for (uint64_t i = 0; i < count; i++) {
        char number[TEXT_SIZE], value[VALUE_SIZE];
        study_range_value(number, axis, (double)i / (double)(count - 1));
        CLI_TRY(write_as_row(value, row, number));
        if (!has_value(axis, value)) {
            CLI_TRY(add_value(axis, value));
        }
    }
    axis->range = STUDY_LIST;
    return DONE;
}

/* What is drawn from a range has to be a value of the option at both of its ends. */
static enum exit_status check_ends(const struct study_axis *axis, const struct option *row)
{
    for (int end = 0; end <= 1; end++) {
        char number[TEXT_SIZE], value[VALUE_SIZE];
        study_range_value(number, axis, end);
        CLI_TRY(write_as_row(value, row, number));
    }
    return DONE;
}

static enum exit_status read_numbers(struct study_axis *axis, const struct option *row,
                                     const char *text)
{
    uint64_t count;
    if (row->type != OPTION_COUNT && row->type != OPTION_NUMBER) {
        return cli_usage("--%s: expected a list of values, since only numbers have ranges, found "
                         "\"%.100s\"",
                         row->name, text);
    }
    if (!read_range(axis, &count, text + strlen(range_name(axis->range)))) {
        return refuse_range(row, text);
    }
    return count > 0 ? list_range(axis, row, count) : check_ends(axis, row);
}

static bool begins(const char *text, enum study_range range)
{
    return strncmp(text, range_name(range), strlen(range_name(range))) == 0;
}

enum exit_status study_values_read(struct study_axis *axis, const char *text)
{
    const struct option row = option_row(&TRAIN_OPTIONS, axis->row);
    axis->range = begins(text, STUDY_LOG)      ? STUDY_LOG
                  : begins(text, STUDY_LINEAR) ? STUDY_LINEAR
                                               : STUDY_LIST;
    if (axis->range != STUDY_LIST) {
        return read_numbers(axis, &row, text);
    }
    bool choice = begins(text, STUDY_LIST);
    const char *list = choice ? text + strlen(range_name(STUDY_LIST)) : text;
    return read_list(axis, &row, list, choice || strchr(list, ';') != NULL ? ';' : ',');
}
