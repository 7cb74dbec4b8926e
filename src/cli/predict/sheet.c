/*
 * The columns of predictions. Those that there are have names; --columns picks some of them, in any
 * order, and may give them others.
 */
#include "cli/predict/sheet.h"

#include "cli/base/nearest.h"
#include "cli/base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum sheet_kind {
    SHEET_NUMBER, /* of the row */
    SHEET_FILE,
    SHEET_KEPT,   /* text of a column that is carried beside */
    SHEET_CLASS,  /* the likeliest class, or one behind it */
    SHEET_VALUE,  /* its probability, or output */
    SHEET_LABELS, /* all that hold */
    SHEET_SHARES, /* their probabilities */
    SHEET_OUTPUT  /* of one class, or one number that is predicted */
};

struct sheet_column {
    enum sheet_kind kind;
    size_t index;
    char *heading;
};

enum { CELL_SIZE = 64 };

static enum exit_status add(struct sheet *sheet, enum sheet_kind kind, size_t index,
                            const char *heading)
{
    struct sheet_column *columns =
        realloc(sheet->columns, (sheet->count + 1) * sizeof *sheet->columns);
    if (columns != NULL) {
        sheet->columns = columns;
        columns[sheet->count] = (struct sheet_column){kind, index, strdup(heading)};
    }
    if (columns == NULL || columns[sheet->count].heading == NULL) {
        return cli_failed("out of memory for %zu columns", sheet->count + 1);
    }
    sheet->count++;
    return DONE;
}

static const char *name_of_output(const struct predictor *predictor, size_t i)
{
    return predictor->trained->names[i];
}

/* "class,probability"; of several classes numbered from 1; "labels,probabilities". */
static enum exit_status add_answers(struct sheet *sheet)
{
    const struct predictor *predictor = sheet->predictor;
    if (predictor->labels) {
        CLI_TRY(add(sheet, SHEET_LABELS, 0, "labels"));
        return add(sheet, SHEET_SHARES, 0, "probabilities");
    }
    const char *value = predictor->probabilities ? "probability" : "output";
    for (size_t k = 0; k < predictor->count; k++) {
        char heading[CELL_SIZE], number[24] = "";
        if (predictor->count > 1) {
            snprintf(number, sizeof number, "_%zu", k + 1);
        }
        snprintf(heading, sizeof heading, "class%s", number);
        CLI_TRY(add(sheet, SHEET_CLASS, k, heading));
        snprintf(heading, sizeof heading, "%s%s", value, number);
        CLI_TRY(add(sheet, SHEET_VALUE, k, heading));
    }
    return DONE;
}

static enum exit_status add_outputs(struct sheet *sheet)
{
    const struct predictor *predictor = sheet->predictor;
    bool named = predictor->classes || predictor->trained->named;
    for (size_t i = 0; i < predictor->outputs; i++) {
        char number[CELL_SIZE] = "output";
        if (predictor->outputs > 1) {
            snprintf(number, sizeof number, "output_%zu", i + 1);
        }
        CLI_TRY(add(sheet, SHEET_OUTPUT, i, named ? name_of_output(predictor, i) : number));
    }
    return DONE;
}

/* The name of a kept column: the file's, or without a header that of the training data. */
static const char *kept_name(const struct trained_model *trained, const descent_rows *rows,
                             size_t k, char number[CELL_SIZE])
{
    const char *name = descent_rows_kept_name(rows, k);
    size_t count = trained->columns != NULL ? descent_columns_count(trained->columns) : 0;
    for (size_t i = 0, kept = 0; i < count && name == NULL; i++) {
        const descent_column *column = descent_columns_at(trained->columns, i);
        name = column->kind == DESCENT_COLUMN_KEPT && kept++ == k ? column->name : NULL;
    }
    snprintf(number, CELL_SIZE, "kept_%zu", k + 1);
    return name != NULL ? name : number;
}

static enum exit_status add_kept(struct sheet *sheet)
{
    size_t kept = sheet->rows != NULL ? descent_rows_kept(sheet->rows) : 0;
    for (size_t k = 0; k < kept; k++) {
        char number[CELL_SIZE];
        CLI_TRY(add(sheet, SHEET_KEPT, k,
                    kept_name(sheet->predictor->trained, sheet->rows, k, number)));
    }
    return DONE;
}

/* Those that are shown if none are chosen: `origin` says where a prediction comes from. */
static enum exit_status add_usual(struct sheet *sheet, bool origin, bool images, bool probabilities)
{
    if (origin) {
        CLI_TRY(add(sheet, images ? SHEET_FILE : SHEET_NUMBER, 0, images ? "file" : "row"));
    }
    CLI_TRY(add_kept(sheet));
    return probabilities || !sheet->predictor->classes ? add_outputs(sheet) : add_answers(sheet);
}

static const struct sheet_column *find(const struct sheet *all, const char *name)
{
    for (size_t c = 0; c < all->count; c++) {
        if (strcmp(all->columns[c].heading, name) == 0) {
            return &all->columns[c];
        }
    }
    return NULL;
}

/* Takes one out of those that there are: "NAME", which may have any character in it but a comma, or
 * else "HEADING=NAME". */
static enum exit_status choose(struct sheet *chosen, const struct sheet *all, char *part)
{
    const struct sheet_column *column = find(all, part);
    char *name = column == NULL ? strchr(part, '=') : NULL;
    if (name != NULL) {
        *name++ = '\0';
        column = find(all, name);
    }
    if (column != NULL) {
        return add(chosen, column->kind, column->index, part);
    }
    char names[512] = "", asked[256] = "";
    descent_nearest nearest = descent_nearest_to(name != NULL ? name : part);
    for (size_t c = 0; c < all->count; c++) {
        descent_nearest_offer(&nearest, all->columns[c].heading);
        text_append(names, sizeof names, "%s%.60s", c == 0 ? "" : ", ", all->columns[c].heading);
    }
    nearest_ask(asked, sizeof asked, &nearest, "");
    return cli_usage("--columns: expected some of %s, found \"%.100s\"%s", names, nearest.text,
                     asked);
}

static enum exit_status choose_all(struct sheet *sheet, const struct sheet *all, const char *list)
{
    char *copy = strdup(list), *rest;
    if (copy == NULL) {
        return cli_failed("out of memory for --columns");
    }
    enum exit_status status = DONE;
    for (char *part = copy; part != NULL && status == DONE; part = rest) {
        rest = text_split(part, ',');
        status = choose(sheet, all, part);
    }
    free(copy);
    return status;
}

static void free_columns(struct sheet *sheet)
{
    for (size_t c = 0; c < sheet->count; c++) {
        free(sheet->columns[c].heading);
    }
    free(sheet->columns);
    sheet->columns = NULL;
    sheet->count = 0;
}

static enum exit_status fill_all(struct sheet *all, bool images)
{
    CLI_TRY(add_usual(all, true, images, false));
    return all->predictor->classes ? add_outputs(all) : DONE;
}

static enum exit_status choose_columns(struct sheet *sheet, const struct predict_options *options,
                                       bool images)
{
    if (options->columns == NULL) {
        bool origin = images || options->out != NULL || options->probabilities;
        return add_usual(sheet, origin, images, options->probabilities);
    }
    struct sheet all = {.predictor = sheet->predictor, .rows = sheet->rows};
    enum exit_status status = fill_all(&all, images);
    if (status == DONE) {
        status = choose_all(sheet, &all, options->columns);
    }
    free_columns(&all);
    return status;
}

static enum exit_status align(struct sheet *sheet)
{
    sheet->alignment = calloc(sheet->count + 1, 1);
    if (sheet->alignment == NULL) {
        return cli_failed("out of memory for a table");
    }
    for (size_t c = 0; c < sheet->count; c++) {
        enum sheet_kind kind = sheet->columns[c].kind;
        bool number = kind == SHEET_NUMBER || kind == SHEET_VALUE || kind == SHEET_OUTPUT;
        sheet->alignment[c] = number ? 'r' : 'l';
    }
    sheet->table.alignment = sheet->alignment;
    return DONE;
}

static void put(struct sheet *sheet, size_t c, const char *text)
{
    if (sheet->aligned) {
        table_add(&sheet->table, "%s", text);
        return;
    }
    record_write_text(sheet->out, text);
    fputc(c + 1 < sheet->count ? ',' : '\n', sheet->out);
}

enum exit_status sheet_open(struct sheet *sheet, const struct predictor *predictor,
                            const struct predict_options *options, const descent_rows *rows,
                            bool images)
{
    *sheet = (struct sheet){
        .predictor = predictor, .rows = rows, .out = stdout, .quiet = options->quiet};
    sheet->aligned = options->probabilities && options->out == NULL && options->columns == NULL;
    CLI_TRY(choose_columns(sheet, options, images));
    if (sheet->aligned) {
        CLI_TRY(align(sheet));
    }
    if (options->out != NULL) {
        CLI_TRY(text_file_open(&sheet->file, options->out));
        sheet->saved = true;
        sheet->out = sheet->file.out;
    }
    return DONE;
}

/* Not before something is known to come, or to be all: a failure leaves no heading behind. */
static void put_headings(struct sheet *sheet)
{
    for (size_t c = 0; c < sheet->count && !sheet->headed; c++) {
        put(sheet, c, sheet->columns[c].heading);
    }
    sheet->headed = true;
}

/* Nine digits give back the same float. */
static const char *number_text(const struct sheet *sheet, double number, char text[CELL_SIZE])
{
    const char *format = !sheet->aligned                   ? "%.9g"
                         : sheet->predictor->probabilities ? "%.6f"
                                                           : "%.6g";
    snprintf(text, CELL_SIZE, format, number);
    return text;
}

static const char *cell(const struct sheet *sheet, const struct sheet_column *column,
                        const struct sheet_row *row, const struct answer *answers,
                        char text[CELL_SIZE])
{
    switch (column->kind) {
    case SHEET_NUMBER:
        snprintf(text, CELL_SIZE, "%zu", row->number);
        return text;
    case SHEET_FILE:
        return row->file;
    case SHEET_KEPT:
        return descent_rows_kept_text(sheet->rows, row->kept, column->index);
    case SHEET_CLASS:
        return answers[column->index].name;
    case SHEET_VALUE:
        return number_text(sheet, answers[column->index].output, text);
    case SHEET_OUTPUT:
        return number_text(sheet, (double)sheet->predictor->shown[column->index], text);
    case SHEET_LABELS:
    case SHEET_SHARES:
        break;
    }
    return "";
}

/* However many there are. */
static void put_labels(struct sheet *sheet, size_t c, const struct answer *answers)
{
    const struct predictor *predictor = sheet->predictor;
    char *text = sheet->columns[c].kind == SHEET_LABELS
                     ? predictor_labels_names(predictor, answers)
                     : predictor_labels_numbers(predictor, answers);
    put(sheet, c, text != NULL ? text : "");
    free(text);
}

void sheet_write(struct sheet *sheet, const struct sheet_row *row)
{
    const struct answer *answers = predictor_answer(sheet->predictor, row->outputs);
    put_headings(sheet);
    for (size_t c = 0; c < sheet->count; c++) {
        char text[CELL_SIZE];
        if (sheet->columns[c].kind == SHEET_LABELS || sheet->columns[c].kind == SHEET_SHARES) {
            put_labels(sheet, c, answers);
            continue;
        }
        put(sheet, c, cell(sheet, &sheet->columns[c], row, answers, text));
    }
}

enum exit_status sheet_finish(struct sheet *sheet)
{
    put_headings(sheet);
    if (sheet->aligned) {
        return table_print(&sheet->table);
    }
    if (!sheet->saved) {
        return DONE;
    }
    sheet->saved = false;
    CLI_TRY(text_file_save(&sheet->file));
    struct progress display = progress_create(sheet->quiet);
    progress_say(&display, "%s written", sheet->file.path);
    return DONE;
}

void sheet_close(struct sheet *sheet)
{
    if (sheet->saved) {
        text_file_discard(&sheet->file);
    }
    free_columns(sheet);
    free(sheet->alignment);
    *sheet = (struct sheet){0};
}

static json_t *kept_json(const struct trained_model *trained, const descent_rows *rows, size_t row)
{
    json_t *kept = json_object();
    for (size_t k = 0; k < descent_rows_kept(rows); k++) {
        char number[CELL_SIZE];
        cli_json_set(&kept, kept_name(trained, rows, k, number),
                     json_string(descent_rows_kept_text(rows, row, k)));
    }
    return kept;
}

/* Of the last sample. */
static json_t *outputs_json(const struct predictor *predictor)
{
    json_t *object = json_object();
    for (size_t i = 0; i < predictor->outputs; i++) {
        cli_json_set(&object, name_of_output(predictor, i),
                     cli_json_number((double)predictor->shown[i]));
    }
    return object;
}

json_t *sheet_json(const struct predictor *predictor, const struct predict_options *options,
                   const descent_rows *rows, const struct sheet_row *row)
{
    json_t *object = predictor_json(predictor, row->outputs);
    if (row->file != NULL) {
        cli_json_set(&object, "file", json_string(row->file));
    }
    if (rows != NULL && descent_rows_kept(rows) > 0) {
        cli_json_set(&object, "kept", kept_json(predictor->trained, rows, row->kept));
    }
    if (options->probabilities) {
        cli_json_set(&object, "probabilities", outputs_json(predictor));
    }
    return object;
}
