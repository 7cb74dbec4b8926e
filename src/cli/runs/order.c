/*
 * Runs are ranked by their validation samples, of which the test samples know nothing: the best of
 * many by its test figure looks better than it is.
 */
#include "cli/runs/order.h"

#include "cli/base/nearest.h"
#include "cli/base/text.h"
#include "cli/runs/columns.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NUMBER(name, member)                                                                       \
    static double name(const struct run_row *row)                                                  \
    {                                                                                              \
        return row->member;                                                                        \
    }
NUMBER(validation, validation.rank)
NUMBER(validation_loss, validation.loss)
NUMBER(test, test.rank)
NUMBER(test_loss, test.loss)
NUMBER(best_epoch, best_epoch)
NUMBER(epochs_done, epochs)
NUMBER(seconds, seconds)
NUMBER(findings, finding_count)

static const struct run_order ORDERS[] = {
    {"validation", validation, .highest_first = true, .by_task = true},
    {"valid-loss", validation_loss, .by_task = true},
    {"validation-loss", validation_loss, .by_task = true},
    {"test", test, .highest_first = true, .by_task = true},
    {"test-loss", test_loss, .by_task = true},
    {"best-epoch", .number = best_epoch},
    {"epochs-done", .number = epochs_done},
    {"seconds", .number = seconds},
    {"findings", .number = findings},
    {"run", .number = NULL},
    {"date", .highest_first = true},
};
enum { ORDER_COUNT = sizeof ORDERS / sizeof ORDERS[0] };

enum exit_status run_order_find(struct run_order *order, const char *name,
                                const struct run_differences *differences)
{
    char list[768] = "", asked[TEXT_SIZE * 3] = "";
    descent_nearest nearest = descent_nearest_to(name);
    for (size_t i = 0; i < ORDER_COUNT + differences->count; i++) {
        bool own = i < ORDER_COUNT;
        const char *found =
            own ? ORDERS[i].name : run_column_setting(&differences->settings[i - ORDER_COUNT]);
        if (run_column_is(found, name)) {
            *order =
                own ? ORDERS[i] : (struct run_order){.name = found, .setting = i - ORDER_COUNT + 1};
            return DONE;
        }
        descent_nearest_offer(&nearest, found);
        text_append(list, sizeof list, "%s%s", i == 0 ? "" : ", ", found);
    }
    nearest_ask(asked, sizeof asked, &nearest, "");
    return cli_usage("--sort: expected one of %s; found \"%s\"%s", list, name, asked);
}

/* By its figures; a run that has none, since it exploded or has no validation samples, by its
 * settings: it is no task of its own. */
static bool predicts_numbers(const struct run_row *row)
{
    const json_t *options = json_object_get(row->config, "options");
    return isnan(row->validation.rank) ? json_is_true(json_object_get(options, "regression"))
                                       : isnan(row->validation.accuracy);
}

/* Whether two rows are about the same task: a best one is not to be had of others. */
static bool are_rivals(const struct run_row *one, const struct run_row *other)
{
    return text_same(one->data, other->data) && predicts_numbers(one) == predicts_numbers(other);
}

/* A row with what its place follows from. */
struct place {
    struct run_row row;
    size_t group, index;
    const struct run_order *order;
};

/* Texts that are numbers stand in their order, before all others. */
static int compare_texts(const char *one, const char *other)
{
    double a, b;
    bool first = text_read_number(&a, one), second = text_read_number(&b, other);
    if (first && second) {
        return (a > b) - (a < b);
    }
    return first != second ? (first ? -1 : 1) : strcmp(one, other);
}

static int compare_numbers(double one, double other, bool highest_first)
{
    if (isnan(one) || isnan(other)) {
        return isnan(one) - isnan(other);
    }
    return highest_first ? (one < other) - (one > other) : (one > other) - (one < other);
}

static int compare_by(const struct run_order *order, const struct run_row *one,
                      const struct run_row *other)
{
    if (order->setting > 0) {
        return compare_texts(one->setting[order->setting - 1], other->setting[order->setting - 1]);
    }
    if (order->number != NULL) {
        return compare_numbers(order->number(one), order->number(other), order->highest_first);
    }
    if (!order->highest_first) {
        return strcmp(one->folder, other->folder);
    }
    return strcmp(other->date != NULL ? other->date : "", one->date != NULL ? one->date : "");
}

static int compare(const void *one, const void *other)
{
    const struct place *a = one, *b = other;
    int by = compare_by(a->order, &a->row, &b->row);
    if (a->group != b->group) {
        return a->group < b->group ? -1 : 1;
    }
    if (by == 0 && a->order->number == validation) {
        by = compare_numbers(a->row.validation.loss, b->row.validation.loss, false);
    }
    return by != 0 ? by : a->index < b->index ? -1 : 1;
}

/* The first row of the same task. */
static size_t group_of(const struct place *places, size_t i)
{
    for (size_t k = 0; k < i; k++) {
        if (are_rivals(&places[k].row, &places[i].row)) {
            return places[k].group;
        }
    }
    return i;
}

enum exit_status run_order_sort(struct run_row *rows, size_t count, const struct run_order *order)
{
    struct place *places = calloc(count + 1, sizeof *places);
    if (places == NULL) {
        return cli_failed("out of memory for the order of %zu runs", count);
    }
    for (size_t i = 0; i < count; i++) {
        places[i] = (struct place){.row = rows[i], .index = i, .order = order};
        places[i].group = order->by_task ? group_of(places, i) : 0;
    }
    qsort(places, count, sizeof *places, compare);
    for (size_t i = 0; i < count; i++) {
        rows[i] = places[i].row;
    }
    free(places);
    return DONE;
}

static bool is_better(const struct run_row *row, const struct run_row *other)
{
    int by = compare_numbers(row->validation.rank, other->validation.rank, true);
    return by < 0 ||
           (by == 0 && compare_numbers(row->validation.loss, other->validation.loss, false) < 0);
}

void run_order_mark(struct run_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        bool best = !isnan(rows[i].validation.rank);
        size_t rivals = 0;
        for (size_t k = 0; k < count; k++) {
            bool rival =
                k != i && are_rivals(&rows[i], &rows[k]) && !isnan(rows[k].validation.rank);
            rivals += rival;
            best = best && !(rival && is_better(&rows[k], &rows[i]));
        }
        rows[i].mark = best && rivals > 0 ? "*" : "";
    }
}
