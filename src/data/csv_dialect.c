/*
 * Finds out how a file separates its fields: the first records are read with each separator, and
 * the one that gives all of them the same number of fields is right. Where several do, fields that
 * hold another one's separator speak against a separator; where that does not tell, the file is
 * refused.
 */
#include "base/fail.h"
#include "data/csv_private.h"

#include <stdlib.h>
#include <string.h>

enum { RECORDS_MAX = 64, BLANKS = 4 };

static const char separators[] = ",;\t| ";

/* How the first records look with a separator. */
struct trial {
    size_t counts[RECORDS_MAX]; /* of fields */
    size_t records;
    size_t fields;   /* that most records have */
    size_t support;  /* how many have them */
    size_t good;     /* fields without another separator */
    size_t doubtful; /* fields that are several numbers with blanks between */
    size_t open;     /* records whose last field is empty */
    bool broken;     /* whether a record could not be read */
};

/* Whether a text is numbers with blanks between them. */
static bool is_several(const char *field)
{
    static const char characters[] = "0123456789+-.,eE";
    bool blanks = false;
    for (; *field != '\0'; field += strspn(field, " \t")) {
        size_t size = strspn(field, characters);
        if (size == 0 || strcspn(field, "0123456789") >= size) {
            return false;
        }
        field += size;
        blanks = blanks || *field == ' ' || *field == '\t';
    }
    return blanks;
}

/* A comma within a number is no separator where semicolons are. */
static bool is_good(const char *field, char separator)
{
    return separator == ' ' || field[strcspn(field, ",;\t|")] == '\0';
}

static void look_at(struct trial *trial, const struct descent_csv *csv)
{
    trial->counts[trial->records++] = csv->fields;
    for (size_t i = 0; i < csv->fields; i++) {
        const char *field = descent_csv_field(csv, i);
        trial->good += is_good(field, csv->dialect.separator);
        trial->doubtful += csv->dialect.separator != ' ' && is_several(field);
    }
    trial->open += *descent_csv_field(csv, csv->fields - 1) == '\0';
}

/* The number of fields that most records have, the larger one on ties. */
static void find_most(struct trial *trial)
{
    for (size_t i = 0; i < trial->records; i++) {
        size_t same = 0;
        for (size_t k = 0; k < trial->records; k++) {
            same += trial->counts[k] == trial->counts[i];
        }
        if (same > trial->support || (same == trial->support && trial->counts[i] > trial->fields)) {
            trial->support = same;
            trial->fields = trial->counts[i];
        }
    }
}

static descent_status try_separator(struct trial *trial, const struct descent_csv *csv,
                                    char separator)
{
    struct descent_csv sample;
    bool more = true;
    descent_status status = DESCENT_OK;
    *trial = (struct trial){0};
    descent_csv_begin_sample(&sample, csv, (struct descent_csv_dialect){.separator = separator});
    while (trial->records < RECORDS_MAX) {
        status = descent_csv_next(&sample, &more);
        bool part = sample.ended && sample.cut && trial->records > 0;
        if (status != DESCENT_OK || !more || part) {
            break;
        }
        look_at(trial, &sample);
    }
    trial->broken = status == DESCENT_ERROR_FORMAT;
    if (trial->broken) { /* before there were so many */
        trial->counts[trial->records++] = sample.fields + 1;
    }
    descent_csv_close(&sample);
    find_most(trial);
    return trial->broken ? DESCENT_OK : status;
}

/* Whether all records have as many fields, apart from column names above lines with one field more,
 * which is empty, or the name of a line. */
static bool is_consistent(const struct trial *trial)
{
    size_t odd = trial->records - trial->support;
    bool names = odd == 1 && trial->records > 2 && trial->counts[0] + 1 == trial->fields &&
                 trial->counts[0] > 1;
    return trial->fields > 1 && !trial->broken && (odd == 0 || names);
}

/* Blanks separate only where nothing else may. */
static bool may_be_blanks(const struct trial trials[])
{
    bool other = false;
    for (size_t i = 0; i < BLANKS; i++) {
        bool tabs = separators[i] == '\t';
        other = other || (tabs ? is_consistent(&trials[i]) && trials[i].doubtful == 0
                               : trials[i].fields != 1 || trials[i].support < trials[i].records);
    }
    return !other && is_consistent(&trials[BLANKS]);
}

/* The one with the most good fields; that of most records where none suits all, so that the first
 * record that does not suit will be refused. `rival` is another one as good. */
static size_t choose(const struct trial trials[], size_t *rival)
{
    size_t best = 0;
    *rival = 0;
    if (may_be_blanks(trials)) {
        return *rival = BLANKS;
    }
    for (size_t i = 1; i < BLANKS; i++) {
        const struct trial *a = &trials[i], *b = &trials[best];
        bool fits = is_consistent(a), before = is_consistent(b);
        size_t worth = fits ? a->good : a->fields > 1 ? a->support : 0;
        size_t least = before ? b->good : b->fields > 1 ? b->support : 0;
        bool better = fits != before ? fits : worth > least;
        bool equal = fits && before && worth == least;
        best = better ? i : best;
        *rival = equal ? i : better ? i : *rival;
    }
    return best;
}

static const char *name_of(char separator)
{
    return separator == ','    ? "commas"
           : separator == ';'  ? "semicolons"
           : separator == '\t' ? "tabs"
           : separator == '|'  ? "bars"
                               : "blanks";
}

/* Takes a separator, and finds out whether one ends the lines. */
static void settle(struct descent_csv *csv, const struct trial *trial, char separator)
{
    bool names = trial->records > 1 && trial->counts[0] + 1 == trial->fields;
    bool trailing = separator != ' ' && trial->records > 1 && trial->open + names == trial->records;
    descent_csv_set_dialect(csv, (struct descent_csv_dialect){separator, trailing, .found = true});
}

static descent_status decide(struct descent_csv *csv, const struct trial trials[])
{
    size_t rival = 0;
    size_t best = choose(trials, &rival);
    const struct trial *trial = &trials[best];
    if (rival == best && best != BLANKS && trial->doubtful >= trial->records &&
        is_consistent(trial)) {
        rival = BLANKS;
    }
    if (rival != best) {
        return descent_fail(DESCENT_ERROR_FORMAT,
                            "%s: its fields may be separated by %s or by %s: say by which "
                            "(--separator)",
                            csv->reader.path, name_of(separators[best]),
                            name_of(separators[rival]));
    }
    settle(csv, trial, separators[best]);
    return DESCENT_OK;
}

/* With each of the separators. */
static descent_status compare(struct descent_csv *csv)
{
    const size_t count = sizeof separators - 1;
    struct trial *trials = calloc(count, sizeof *trials);
    descent_status status = DESCENT_OK;
    if (trials == NULL) {
        return descent_fail(DESCENT_ERROR_MEMORY, "%s: no memory to read it", csv->reader.path);
    }
    for (size_t i = 0; i < count && status == DESCENT_OK; i++) {
        status = try_separator(&trials[i], csv, separators[i]);
    }
    if (status == DESCENT_OK) {
        status = decide(csv, trials);
    }
    free(trials);
    return status;
}

descent_status descent_csv_find_dialect(struct descent_csv *csv)
{
    struct trial trial;
    char separator = csv->dialect.separator;
    if (separator == 0) {
        return compare(csv);
    }
    DESCENT_TRY(try_separator(&trial, csv, separator));
    settle(csv, &trial, separator);
    return DESCENT_OK;
}
