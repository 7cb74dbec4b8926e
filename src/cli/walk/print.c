/*
 * Walks as text, as a CSV file and as JSON.
 */
#include "cli/base/lines.h"
#include "cli/base/table.h"
#include "cli/base/text.h"
#include "cli/walk/steps.h"

#include <math.h>
#include <stdlib.h>

void walk_describe(char *text, size_t size, const struct walk *walk, bool with_rate)
{
    const struct walk_setup *setup = &walk->setup;
    const struct walk_function *function = setup->function;
    const descent_optimizer *optimizer = &setup->optimizer;
    char momentum[64] = "", rate[64] = "", noise[48] = "";
    if (optimizer->momentum > 0.0) {
        snprintf(momentum, sizeof momentum, " with %smomentum %g",
                 optimizer->nesterov ? "Nesterov's " : "", optimizer->momentum);
    }
    if (with_rate) {
        snprintf(rate, sizeof rate, ", learning rate %g", setup->schedule.lr);
    }
    if (setup->noise > 0.0) {
        snprintf(noise, sizeof noise, ", noise %g", setup->noise);
    }
    snprintf(text, size, "%s: L(%s) = %s; %s%s%s%s", function->example->name,
             walk_variables(function), function->text, descent_optimizer_name(optimizer->kind),
             momentum, rate, noise);
}

static enum exit_status print_ends(const struct walk *walks, size_t count)
{
    const struct walk_function *function = walks[0].setup.function;
    struct table table = {.alignment = function->dimensions == 1 ? "rrrrl" : "rrrrrl"};
    table_add(&table, "rate");
    table_add(&table, "steps");
    for (size_t d = 0; d < function->dimensions; d++) {
        table_add(&table, "%s", function->formula.names[d]);
    }
    table_add(&table, "L(%s)", walk_variables(function));
    table_add(&table, "verdict");
    for (size_t r = 0; r < count; r++) {
        struct walk_point last = walk_exact_point(&walks[r], walks[r].count - 1);
        table_add(&table, "%g", last.lr);
        table_add(&table, "%zu", last.step);
        for (size_t d = 0; d < function->dimensions; d++) {
            table_add(&table, "%.6g", last.w[d]);
        }
        table_add(&table, "%.6g", last.loss);
        table_add(&table, "%s", walk_outcome_name(&walks[r]));
    }
    return table_print(&table);
}

typedef void writer(FILE *out, const struct walk *walk);

/* What some writers say of a walk, on one line that the caller frees; NULL where memory is out. */
static char *sentences_of(const struct walk *walk, writer *const *writers, size_t count)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = text_open(&text, &size);
    if (out == NULL) {
        return NULL;
    }
    for (size_t i = 0; i < count; i++) {
        fputs(i > 0 ? " " : "", out);
        writers[i](out, walk);
    }
    if (!text_close(out, &text)) {
        free(text);
        return NULL;
    }
    return text;
}

static enum exit_status print_sentences(const struct walk *walk, writer *const *writers,
                                        size_t count, const char *before)
{
    char *sentences = sentences_of(walk, writers, count);
    if (sentences == NULL) {
        return cli_failed("out of memory for a verdict");
    }
    lines_print(stdout, "%s%s", before, sentences);
    free(sentences);
    return DONE;
}

/* First the walk's own sentences, then the one that some may have in common. */
static writer *const writers[] = {walk_write_verdict, walk_write_course, walk_write_limit};
enum { OWN = 2, ALL = 3 };

static enum exit_status print_verdicts(const struct walk *walks, size_t count)
{
    for (size_t r = 0; r < count; r++) {
        char rate[TEXT_SIZE] = "";
        if (count > 1) {
            snprintf(rate, sizeof rate, "%g: ", walks[r].setup.schedule.lr);
        }
        CLI_TRY(print_sentences(&walks[r], writers, OWN, rate));
    }
    return DONE;
}

/* Once for each limit: they differ where walks ended at different minima. */
static enum exit_status print_limits(const struct walk *walks, size_t count)
{
    for (size_t r = 0; r < count; r++) {
        const struct walk_verdict *verdict = &walks[r].verdict;
        bool told = verdict->outcome == WALK_DIVERGES || (isnan(verdict->limit) && r > 0);
        for (size_t i = 0; i < r; i++) {
            told = told || walks[i].verdict.curvature == verdict->curvature;
        }
        if (!told) {
            CLI_TRY(print_sentences(&walks[r], writers + OWN, ALL - OWN, ""));
        }
    }
    return DONE;
}

enum exit_status walk_print_text(const struct walk *walks, size_t count)
{
    char title[WALK_TITLE_MAX];
    walk_describe(title, sizeof title, walks, count == 1);
    lines_print(stdout, "%s", title);
    puts("");
    CLI_TRY(count == 1 ? walk_print_steps(walks) : print_ends(walks, count));
    puts("");
    CLI_TRY(print_verdicts(walks, count));
    return print_limits(walks, count);
}

enum exit_status walk_save_csv(const struct walk *walks, size_t count, const char *path)
{
    struct text_file file;
    const struct record *record = walk_record(walks[0].setup.function);
    CLI_TRY(text_file_open(&file, path));
    record_write_header(file.out, record);
    for (size_t r = 0; r < count; r++) {
        for (size_t k = 0; k < walks[r].count; k++) {
            const struct walk_point point = walk_exact_point(&walks[r], k);
            record_write_rows(file.out, record, &point, 1);
        }
    }
    return text_file_save(&file);
}

static json_t *points_json(const struct walk *walk)
{
    json_t *array = json_array();
    for (size_t k = 0; k < walk->count; k++) {
        const struct walk_point point = walk_exact_point(walk, k);
        cli_json_append(&array, record_json(walk_record(walk->setup.function), &point));
    }
    return array;
}

static json_t *minimum_json(const struct walk *walk)
{
    const struct walk_stationary *minimum = walk->verdict.minimum;
    json_t *array = minimum != NULL ? json_array() : json_null();
    for (size_t d = 0; minimum != NULL && d < walk->setup.function->dimensions; d++) {
        cli_json_append(&array, json_real(minimum->w[d]));
    }
    return array;
}

/* A number of steps, or null. */
static json_t *steps_json(bool known, size_t steps)
{
    return known ? json_integer((json_int_t)steps) : json_null();
}

static json_t *walk_json(const struct walk *walk)
{
    const struct walk_verdict *verdict = &walk->verdict;
    size_t sentences = verdict->outcome == WALK_DIVERGES ? OWN : ALL;
    char *text = sentences_of(walk, writers, sentences);
    json_t *string = text != NULL ? json_string(text) : NULL;
    free(text);
    return json_pack("{s:f, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:b, s:o, s:o, s:o}", "lr",
                     walk->setup.schedule.lr, "outcome", walk_outcome_name(walk), "verdict", string,
                     "converged_at", steps_json(verdict->outcome == WALK_CONVERGES, verdict->step),
                     "left_saddle_at", steps_json(verdict->left != NULL, verdict->left_step),
                     "minimum", minimum_json(walk), "distance", cli_json_number(verdict->distance),
                     "curvature", cli_json_number(verdict->curvature), "stability_limit",
                     cli_json_number(verdict->limit), "factor", cli_json_number(verdict->factor),
                     "finite", (int)walk->finite, "loss_falls", steps_json(true, verdict->falls),
                     "loss_rises", steps_json(true, verdict->rises), "points", points_json(walk));
}

enum exit_status walk_print_json(const struct walk *walks, size_t count)
{
    const struct walk_setup *setup = &walks[0].setup;
    json_t *array = json_array();
    for (size_t r = 0; r < count; r++) {
        cli_json_append(&array, walk_json(&walks[r]));
    }
    return cli_print_json_exact(json_pack(
        "{s:s, s:s, s:s, s:f, s:b, s:o}", "function", setup->function->example->name, "formula",
        setup->function->text, "optimizer", descent_optimizer_name(setup->optimizer.kind),
        "momentum", setup->optimizer.momentum, "nesterov", (int)setup->optimizer.nesterov, "walks",
        array));
}
