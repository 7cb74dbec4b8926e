/*
 * Which tables make up a data set: one file, of which a test part is split off, or in a folder
 * train.csv and test.csv, or NAME_train.csv and NAME_test.csv. Other tables there are left aside.
 */
#include "base/fail.h"
#include "base/folder.h"
#include "data/aside.h"
#include "data/csv_columns.h"
#include "data/dataset_private.h"
#include "data/sources.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* In the order in which they are preferred; each may have .gz behind it. */
static const char *const endings[] = {".csv", ".tsv", ".txt", ".data"};

enum {
    ENDINGS = sizeof endings / sizeof endings[0],
    SURE = 2 /* are of tables and nothing else */
};

/* Length of a name without its ending, if that is one of the first `count`; else 0. */
static size_t stem_of(const char *name, size_t count)
{
    size_t length = strlen(name);
    bool packed = length > 3 && strcasecmp(name + length - 3, ".gz") == 0;
    length -= packed ? 3 : 0;
    for (size_t i = 0; i < count; i++) {
        size_t size = strlen(endings[i]);
        if (length > size && strncasecmp(name + length - size, endings[i], size) == 0) {
            return length - size;
        }
    }
    return 0;
}

bool descent_dataset_is_csv(const char *path)
{
    return stem_of(path, ENDINGS) > 0;
}

bool descent_csv_is_sure(const char *name)
{
    return stem_of(name, SURE) > 0;
}

/* What the tables of a folder are by their names. */
enum role { TRAIN, TEST, OTHER };

/* A word at the end of a stem, behind nothing or one of the characters that join words. */
static bool ends_with(const char *stem, size_t length, const char *word, size_t *before)
{
    size_t size = strlen(word);
    if (length < size || strncasecmp(stem + length - size, word, size) != 0) {
        return false;
    }
    *before = length - size;
    return *before == 0 || strchr("_-.", stem[*before - 1]) != NULL;
}

/* The role of a file, and the length of its name before that word. */
static enum role role_of(const char *name, size_t stem, size_t *before)
{
    if (ends_with(name, stem, "train", before) || ends_with(name, stem, "training", before)) {
        return TRAIN;
    }
    return ends_with(name, stem, "test", before) || ends_with(name, stem, "testing", before)
               ? TEST
               : OTHER;
}

struct parts {
    struct descent_folder folder;
    size_t endings;                              /* that are looked for */
    const struct descent_folder_entry *files[2]; /* training and test file, or NULL */
    size_t before[2];                            /* length of their names before the role */
    bool doubtful;                               /* several files with a role */
};

/* Text files beside folders are lists of what is in these, or notes. */
static void choose_endings(struct parts *parts)
{
    parts->endings = ENDINGS;
    for (size_t i = 0; i < parts->folder.count; i++) {
        parts->endings = parts->folder.entries[i].folder ? SURE : parts->endings;
    }
}

/* A file without a name before its role goes before others, and the first one before its like. */
static void take(struct parts *parts, const struct descent_folder_entry *entry)
{
    size_t before = 0, stem = entry->folder ? 0 : stem_of(entry->name, parts->endings);
    enum role role = stem > 0 ? role_of(entry->name, stem, &before) : OTHER;
    if (role == OTHER) {
        return;
    }
    const struct descent_folder_entry *now = parts->files[role];
    if (now == NULL || (before == 0 && parts->before[role] > 0)) {
        parts->files[role] = entry;
        parts->before[role] = before;
    } else if (before > 0 && parts->before[role] > 0 &&
               (before != parts->before[role] || strncmp(entry->name, now->name, before) != 0)) {
        parts->doubtful = true;
    }
}

/* A pair has one name before both roles; train.csv needs no other. */
static void match(struct parts *parts)
{
    const struct descent_folder_entry *const *files = parts->files;
    const size_t *before = parts->before;
    bool pair = files[TRAIN] != NULL && files[TEST] != NULL;
    bool alike = !pair || (before[TRAIN] == before[TEST] &&
                           strncmp(files[TRAIN]->name, files[TEST]->name, before[TRAIN]) == 0);
    parts->doubtful = (parts->doubtful || !alike) && before[TRAIN] > 0;
    parts->files[TEST] = !alike && before[TRAIN] == 0 ? NULL : files[TEST];
}

/* The caller frees the folder in any case. */
static descent_status find_parts(struct parts *parts, const char *path)
{
    *parts = (struct parts){0};
    DESCENT_TRY(descent_folder_list(&parts->folder, path));
    choose_endings(parts);
    for (size_t i = 0; i < parts->folder.count; i++) {
        take(parts, &parts->folder.entries[i]);
    }
    match(parts);
    return DESCENT_OK;
}

descent_status descent_csv_folder_holds(bool *found, const char *folder)
{
    struct parts parts;
    descent_status status = find_parts(&parts, folder);
    *found = parts.files[TRAIN] != NULL || parts.files[TEST] != NULL;
    descent_folder_free(&parts.folder);
    return status;
}

static bool has_name(const struct descent_csv_columns *columns, const char *name)
{
    for (size_t c = 0; c < columns->count; c++) {
        if (strcmp(columns->names[c], name) == 0) {
            return true;
        }
    }
    return false;
}

/* Whether a file has none of the training file's answers, by their names or by its width. */
static bool lacks_answers(const struct descent_csv_columns *columns,
                          const struct descent_csv_columns *train)
{
    bool found = false;
    if (!columns->header || !train->header) {
        return columns->count + train->answers == train->count;
    }
    for (size_t c = 0; c < train->count; c++) {
        found = found || (train->answer[c] != 0 && has_name(columns, train->names[c]));
    }
    return !found && columns->count < train->count;
}

/* Whether the test file waits for predictions, as those of competitions do. One that is broken does
 * not: it will be refused when it is read. Errors: IO, MEMORY. */
static descent_status look_for_labels(bool *unlabelled, const struct parts *parts,
                                      const descent_source *source)
{
    struct descent_csv csv;
    struct descent_csv_columns train = {0}, test = {0};
    const char *path = parts->files[TEST]->path;
    descent_status status = descent_csv_columns_load(&train, parts->files[TRAIN]->path, source);
    if (status == DESCENT_OK) {
        status = descent_csv_open(&csv, path, descent_csv_dialect_of(source));
    }
    if (status == DESCENT_OK) {
        status = descent_csv_columns_begin(&test, &csv, source, train.count - train.answers);
        descent_csv_close(&csv);
    }
    *unlabelled = status == DESCENT_OK && lacks_answers(&test, &train);
    descent_csv_columns_free(&train);
    descent_csv_columns_free(&test);
    return status == DESCENT_ERROR_IO || status == DESCENT_ERROR_MEMORY ? status : DESCENT_OK;
}

/* Tables of the folder that are no part are named, those for validation among them. */
static descent_status list_aside(struct descent_aside **aside, struct parts *parts,
                                 const descent_source *source)
{
    const struct descent_folder_entry *test = parts->files[TEST];
    bool unlabelled = false;
    if (test != NULL && parts->files[TRAIN] != NULL) {
        DESCENT_TRY(look_for_labels(&unlabelled, parts, source));
    }
    if (unlabelled) {
        char what[PATH_MAX];
        snprintf(what, sizeof what, "%.200s (it has no labels)", test->name);
        DESCENT_TRY(descent_aside_add(aside, what, test->path, true));
        parts->files[TEST] = NULL;
    }
    for (size_t i = 0; i < parts->folder.count; i++) {
        const struct descent_folder_entry *entry = &parts->folder.entries[i];
        bool part = entry == parts->files[TRAIN] || entry == test;
        if (!part && !entry->folder && stem_of(entry->name, ENDINGS) > 0) {
            DESCENT_TRY(
                descent_aside_add(aside, entry->name, entry->path, stem_of(entry->name, SURE) > 0));
        }
    }
    return DESCENT_OK;
}

static descent_status load_part(descent_dataset **dataset, const struct parts *parts,
                                const char *folder, const descent_source *source)
{
    const struct descent_folder_entry *train = parts->files[TRAIN], *test = parts->files[TEST];
    if (parts->doubtful) {
        return descent_fail(DESCENT_ERROR_FORMAT,
                            "%s: expected one training and one test file of the same name, found "
                            "%s and others; give the training file itself",
                            folder, train->name);
    }
    if (train == NULL && source->part != DESCENT_PART_TEST) {
        return descent_fail(DESCENT_ERROR_NOT_FOUND,
                            "%s: expected train.csv next to %s, found none", folder, test->name);
    }
    if (test != NULL && source->part == DESCENT_PART_ALL) {
        return descent_source_has_parts(folder);
    }
    bool split = test == NULL && source->part != DESCENT_PART_ALL;
    bool wants_test = test != NULL && source->part == DESCENT_PART_TEST;
    return descent_csv_load(dataset, wants_test ? test->path : train->path, source, split);
}

descent_status descent_csv_folder_load(descent_dataset **dataset, const char *folder,
                                       const descent_source *source)
{
    struct parts parts;
    struct descent_aside *aside = NULL;
    descent_status status = find_parts(&parts, folder);
    if (status == DESCENT_OK) {
        status = list_aside(&aside, &parts, source);
    }
    if (status == DESCENT_OK) {
        status = load_part(dataset, &parts, folder, source);
    }
    if (status == DESCENT_OK) {
        (*dataset)->owned.aside = aside;
        aside = NULL;
    }
    descent_aside_free(aside);
    descent_folder_free(&parts.folder);
    return status;
}
