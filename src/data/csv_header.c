/*
 * Tells names of columns from a first sample by comparing the first record with those that follow:
 * names are words above numbers, and do not come again in their column. What can be either is
 * refused: a sample that is lost, or one that was never there, would go unnoticed.
 */
#include "data/csv_header.h"

#include "base/decimal.h"
#include "base/fail.h"
#include "data/values.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { RECORDS_MAX = 64 /* that are looked at */ };

/* What the first records tell. */
struct evidence {
    size_t records;               /* behind the first */
    size_t words, numbers, empty; /* fields of the first record */
    size_t above;                 /* words of it above numbers */
    size_t again;                 /* words of it that come again below */
    bool answer;                  /* one of the names of answers, or the answer was named */
    bool known;                   /* most of the names that are known are there */
    bool even;                    /* its numbers are at equal distances */
};

bool descent_csv_is_answer_name(const char *name)
{
    static const char *const names[] = {"label", "class", "target"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcasecmp(name, names[i]) == 0) {
            return true;
        }
    }
    return false;
}

bool descent_csv_read_index(const char *text, size_t count, size_t *index)
{
    bool negative = *text == '-';
    const char *digits = text + negative;
    size_t length = strspn(digits, "0123456789");
    if (length < 1 || length > 7 || digits[length] != '\0') {
        return false;
    }
    size_t number = strtoul(digits, NULL, 10);
    *index = negative ? count - number : number - 1;
    return number >= 1 && number <= count;
}

/* Whether the numbers of a record are at equal distances: 0, 1, 2 or 1, 2, 3 or three years, or
 * four of any kind. */
static bool is_even(const struct descent_csv *first)
{
    double start = 0, before = 0, distance = 0, number;
    size_t count = 0;
    for (size_t i = 0; i < first->fields; i++) {
        if (!descent_decimal_load(&number, descent_csv_field(first, i))) {
            continue;
        }
        if (count > 1 && fabs(number - before - distance) > 1e-6 * fabs(distance)) {
            return false;
        }
        start = count == 0 ? number : start;
        distance = number - before;
        before = number;
        count++;
    }
    bool years = start >= 1900 && before <= 2100;
    bool counts = distance == 1 && (start == 0 || start == 1 || years);
    return distance != 0 && count >= (counts ? 3 : 4);
}

static int compare_texts(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* Whether most of the names of known columns are among sorted fields. */
static bool are_known(const char *const *fields, size_t count, const descent_columns *columns)
{
    size_t found = 0, named = 0;
    for (size_t c = 0; c < descent_columns_count(columns); c++) {
        const descent_column *column = descent_columns_at(columns, c);
        if (column->features > 0 && column->name != NULL) {
            named++;
            found += bsearch(&column->name, fields, count, sizeof *fields, compare_texts) != NULL;
        }
    }
    return found > 0 && 2 * found >= named;
}

static descent_status look_for_known(bool *known, const struct descent_csv *first,
                                     const descent_columns *columns)
{
    *known = false;
    if (columns == NULL) {
        return DESCENT_OK;
    }
    const char **fields = calloc(first->fields, sizeof *fields);
    if (fields == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "%s: no memory for %zu columns",
                            first->reader.path, first->fields);
    }
    for (size_t i = 0; i < first->fields; i++) {
        fields[i] = descent_csv_field(first, i);
    }
    qsort(fields, first->fields, sizeof *fields, compare_texts);
    *known = are_known(fields, first->fields, columns);
    free(fields);
    return DESCENT_OK;
}

bool descent_csv_has_name(const char *list, size_t count)
{
    while (list != NULL && *list != '\0') {
        char item[16] = "";
        size_t size = strcspn(list, ","), index;
        memcpy(item, list, size < sizeof item ? size : 0);
        if (!descent_csv_read_index(item, count, &index)) {
            return true;
        }
        list += size + (list[size] == ',');
    }
    return false;
}

static void look_at_first(struct evidence *evidence, const struct descent_csv *first,
                          const descent_source *source, size_t features)
{
    evidence->answer = source->columns == NULL && first->fields != features &&
                       descent_csv_has_name(source->label_column, first->fields);
    for (size_t i = 0; i < first->fields; i++) {
        const char *field = descent_csv_field(first, i);
        bool word = descent_value_is_word(field);
        evidence->words += word;
        evidence->empty += *field == '\0';
        evidence->numbers += !word && !descent_value_is_missing(field);
        evidence->answer = evidence->answer || descent_csv_is_answer_name(field);
    }
    evidence->even = is_even(first);
}

/* A word above a number, or above itself; what was counted for a column is not counted again. */
static void compare(struct evidence *evidence, const struct descent_csv *first,
                    const struct descent_csv *csv, unsigned char *seen)
{
    enum { ABOVE = 1, AGAIN = 2 };
    for (size_t i = 0; i < first->fields && i < csv->fields; i++) {
        const char *name = descent_csv_field(first, i), *field = descent_csv_field(csv, i);
        if (!descent_value_is_word(name) || descent_value_is_missing(field)) {
            continue;
        }
        bool number = !descent_value_is_word(field);
        if (number && (seen[i] & ABOVE) == 0) {
            evidence->above++;
            seen[i] |= ABOVE;
        } else if (!number && (seen[i] & AGAIN) == 0 && strcmp(name, field) == 0) {
            evidence->again++;
            seen[i] |= AGAIN;
        }
    }
}

static descent_status fail_doubtful(const struct descent_csv *first)
{
    return descent_fail(DESCENT_ERROR_FORMAT,
                        "%s: line %llu: \"%.40s\", \"%.40s\", ... may name the columns or be a "
                        "sample: say which (--header yes or no)",
                        first->reader.path, (unsigned long long)first->line,
                        descent_csv_field(first, 0),
                        first->fields > 1 ? descent_csv_field(first, 1) : "");
}

/* A title stands alone in its line, or in the first of its fields. */
static descent_status check_title(const struct evidence *evidence, const struct descent_csv *first,
                                  size_t below)
{
    bool alone = first->fields == 1 || (first->fields > 2 && evidence->words == 1 &&
                                        evidence->empty + 1 == first->fields);
    if (!alone || below < 2) {
        return DESCENT_OK;
    }
    return descent_fail(DESCENT_ERROR_FORMAT,
                        "%s: line %llu: expected names of columns or a sample, as many fields as "
                        "in the lines below, found \"%.80s\": if it is a title, remove the line or "
                        "put # in front of it",
                        first->reader.path, (unsigned long long)first->line,
                        descent_csv_field(first, 0));
}

/* Whether the first record names columns, by what is known of it. */
static descent_status judge(bool *header, const struct evidence *evidence,
                            const struct descent_csv *first)
{
    *header = evidence->answer || evidence->known;
    if (*header || evidence->again > 0) {
        return DESCENT_OK;
    }
    if ((evidence->even && evidence->records > 0) ||
        (evidence->above > 0 && evidence->numbers > 0)) {
        return fail_doubtful(first);
    }
    bool data = evidence->numbers > 0 || evidence->words == 0;
    bool names = evidence->above > 0 || evidence->records != 1;
    *header = !data && names;
    return data || names ? DESCENT_OK : fail_doubtful(first);
}

/* The comment above the first record. */
struct comment {
    bool named;   /* whether it has as many fields */
    bool numbers; /* whether any of them is a number, as in a sample that starts with # */
};

static descent_status look_above(struct comment *found, const struct descent_csv *csv,
                                 size_t fields)
{
    struct descent_csv comment;
    bool more = false;
    double number;
    if (csv->comment == NULL || fields < 2) {
        return DESCENT_OK;
    }
    descent_csv_begin_comment(&comment, csv);
    descent_status status = descent_csv_next(&comment, &more);
    found->named = status == DESCENT_OK && more && comment.fields == fields;
    for (size_t i = 0; found->named && i < fields; i++) {
        found->numbers =
            found->numbers || descent_value_number(&number, descent_csv_field(&comment, i));
    }
    descent_csv_close(&comment);
    return status == DESCENT_ERROR_MEMORY ? status : DESCENT_OK;
}

static descent_status fail_comment(const struct descent_csv *csv)
{
    return descent_fail(DESCENT_ERROR_FORMAT,
                        "%s: the line \"%.60s\" starts with #, like a comment, but has as many "
                        "fields as the samples below, with numbers: put quotes around its first "
                        "field if it is a sample, or else remove it",
                        csv->reader.path, csv->comment);
}

static descent_status collect(struct evidence *evidence, const struct descent_csv *csv,
                              const struct descent_csv *first, size_t *below)
{
    struct descent_csv sample;
    bool more = true;
    descent_status status = DESCENT_OK;
    unsigned char *seen = calloc(first->fields, 1);
    if (seen == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "%s: no memory to read it", csv->reader.path);
    }
    descent_csv_begin_sample(&sample, csv, csv->dialect);
    status = descent_csv_next(&sample, &more);
    while (status == DESCENT_OK && more && evidence->records < RECORDS_MAX) {
        status = descent_csv_next(&sample, &more);
        if (status == DESCENT_OK && more && !(sample.ended && sample.cut)) {
            compare(evidence, first, &sample, seen);
            *below = sample.fields > *below ? sample.fields : *below;
            evidence->records++;
        }
    }
    descent_csv_close(&sample);
    free(seen);
    return status == DESCENT_ERROR_MEMORY ? status : DESCENT_OK;
}

static descent_status find(enum descent_csv_names *names, const struct descent_csv *csv,
                           const struct descent_csv *first, const descent_source *source,
                           size_t features)
{
    struct evidence evidence = {0};
    size_t below = 0;
    struct comment above = {0};
    bool header = source->header == DESCENT_HEADER_YES;
    look_at_first(&evidence, first, source, features);
    DESCENT_TRY(look_for_known(&evidence.known, first, source->columns));
    DESCENT_TRY(collect(&evidence, csv, first, &below));
    DESCENT_TRY(check_title(&evidence, first, below));
    if (source->header != DESCENT_HEADER_NO) {
        DESCENT_TRY(look_above(&above, csv, first->fields));
    }
    bool data = evidence.numbers > 0 && evidence.above == 0 && !evidence.answer;
    if (above.named && data) {
        *names = DESCENT_CSV_NAMES_COMMENT;
        return above.numbers ? fail_comment(csv) : DESCENT_OK;
    }
    if (source->header == DESCENT_HEADER_AUTO) {
        DESCENT_TRY(judge(&header, &evidence, first));
    }
    *names = header ? DESCENT_CSV_NAMES_FIRST : DESCENT_CSV_NAMES_NONE;
    return DESCENT_OK;
}

descent_status descent_csv_find_names(enum descent_csv_names *names, const struct descent_csv *csv,
                                      const descent_source *source, size_t features)
{
    struct descent_csv first;
    bool more = false;
    *names = DESCENT_CSV_NAMES_NONE;
    descent_csv_begin_sample(&first, csv, csv->dialect);
    descent_status status = descent_csv_next(&first, &more);
    if (status == DESCENT_OK && more) {
        status = find(names, csv, &first, source, features);
    }
    descent_csv_close(&first);
    return status == DESCENT_ERROR_FORMAT && !more ? DESCENT_OK : status;
}

descent_status descent_csv_check_first_label(const int32_t *labels, size_t count,
                                             const struct descent_names *names, const char *path)
{
    size_t *counts = calloc(names->count, sizeof *counts);
    size_t single = 0;
    if (counts == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "%s: no memory for %zu classes", path,
                            names->count);
    }
    for (size_t i = 0; i < count; i++) {
        size_t now = ++counts[labels[i]];
        single = now == 1 ? single + 1 : now == 2 ? single - 1 : single;
    }
    const char *first = names->texts[labels[0]];
    bool alone = counts[labels[0]] == 1 && single == 1 && descent_value_is_word(first);
    free(counts);
    return !alone ? DESCENT_OK
                  : descent_fail(DESCENT_ERROR_FORMAT,
                                 "%s: line 1: only the first line has the label \"%.80s\": it may "
                                 "name the columns; say whether it does (--header yes or no)",
                                 path, first);
}
