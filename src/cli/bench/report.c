/*
 * Tables for people, one a network, and one JSON object for programs.
 */
#include "cli/base/controls.h"
#include "cli/bench/bench.h"

#include "cli/base/lines.h"
#include "cli/base/machine.h"
#include "cli/base/text.h"

#include <descent/bench.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

void bench_machine_init(struct bench_machine *machine)
{
    *machine = (struct bench_machine){.processors = descent_bench_processors()};
    descent_bench_describe_blas(machine->products, sizeof machine->products);
    machine_processor(machine->processor, sizeof machine->processor);
    controls_remove(machine->products);
}

/* Bytes of a line's text. */
enum { TEXT = 1024 };

/* A heading and a text, within the terminal. */
static void print_line(const char *heading, const char *text)
{
    lines_print(stdout, "%-9s  %s", heading, text);
}

static void print_peaks(const struct bench_machine *machine)
{
    char peak[TEXT] = "", product[TEXT] = "";
    for (size_t i = 0; i < machine->count; i++) {
        const struct bench_peak *at = &machine->peaks[i];
        const char *before = i == 0 ? "" : ", ", *plural = at->threads == 1 ? "" : "s";
        text_append(peak, sizeof peak, "%s%.0f GFLOP/s on %d thread%s", before, at->multiply_add,
                    at->threads, plural);
        text_append(product, sizeof product, "%s%.0f on %d", before, at->product, at->threads);
    }
    text_append(peak, sizeof peak, "; OpenBLAS in a large product: %s", product);
    print_line("peak", peak);
}

static void print_machine(const struct bench_machine *machine)
{
    char text[TEXT];
    snprintf(text, sizeof text, "%s, %d processor%s", machine->processor, machine->processors,
             machine->processors == 1 ? "" : "s");
    print_line("processor", text);
    print_line("products", machine->products);
    print_peaks(machine);
}

/* The rows of the first network, which stand together; returns how many they are. */
static size_t count_rows(const struct bench_row *rows, size_t count)
{
    size_t n = 0;
    while (n < count && strcmp(rows[n].layers, rows[0].layers) == 0) {
        n++;
    }
    return n;
}

static const char *megabytes(char text[TEXT_SIZE], double bytes)
{
    snprintf(text, TEXT_SIZE, "%.1f MB", bytes / 1e6);
    return text;
}

static const char *rough_percent(char text[TEXT_SIZE], double share)
{
    snprintf(text, TEXT_SIZE,
             isnan(share)     ? "-"
             : share < 0.0095 ? "%.1f %%"
                              : "%.0f %%",
             100.0 * share);
    return text;
}

static void write_busy(char *text, size_t size, const void *row)
{
    const char *busy = ((const struct bench_row *)row)->busy;
    snprintf(text, size, "%s", busy != NULL ? busy : "");
}

#define AT(kind, member) NULL, RECORD_MEMBER(kind, struct bench_row, member)
#define WHOLE(member, title)                                                                       \
    {                                                                                              \
        AT(WHOLE, member), .heading = (title), .format = "%.0f"                                    \
    }
#define COUNT(member, title)                                                                       \
    {                                                                                              \
        AT(NUMBER, member), .heading = (title), .text = text_whole                                 \
    }
#define RATIO(member, title)                                                                       \
    {                                                                                              \
        AT(NUMBER, member), .heading = (title), .format = "%.2f"                                   \
    }
#define OF_A_CASE                                                                                  \
    WHOLE(batch, "batch"), WHOLE(threads, "threads"),                                              \
    {                                                                                              \
        AT(TEXT, engine), .heading = "engine"                                                      \
    }

static const struct record_field main_fields[] = {
    OF_A_CASE,
    COUNT(samples_per_second, "samples/s"),
    {AT(NUMBER, deviation), .heading = "±", .text = rough_percent},
    {AT(NUMBER, epoch_seconds), .heading = "s/epoch", .format = "%.3g"},
    RATIO(bound_ratio, "of bound"),
    RATIO(fp32_peak_ratio, "of peak"),
    {AT(NUMBER, augment_ratio), .heading = "augmented", .format = "%.2f", .optional = true},
    {AT(TEXT, busy), .heading = "busy", .cell = write_busy, .optional = true},
};

static const struct record_field speed_fields[] = {
    OF_A_CASE,
    COUNT(samples_per_second_min, "lowest"),
    COUNT(samples_per_second_max, "highest"),
    {AT(NUMBER, milliseconds), .heading = "ms/step", .format = "%.4g"},
    {AT(NUMBER, gflops), .heading = "GFLOP/s", .format = "%.1f"},
    {AT(WHOLE, bytes), .heading = "memory", .text = megabytes},
};

static const struct record_field bound_fields[] = {
    OF_A_CASE,
    COUNT(bound, "bound"),
    {AT(TEXT, bound_cut), .heading = "best cut"},
    COUNT(plain, "plain"),
    RATIO(plain_ratio, "of plain"),
    {AT(NUMBER, unaugmented), .heading = "unaugmented", .text = text_whole, .optional = true},
};

static const struct record MAIN_TABLE = RECORD(struct bench_row, main_fields);
static const struct record SPEED_TABLE = RECORD(struct bench_row, speed_fields);
static const struct record BOUND_TABLE = RECORD(struct bench_row, bound_fields);

/* The engine where there are several; then the table has no room for the seconds of an epoch. */
static enum exit_status print_table(const struct record *all, const struct bench_row *rows,
                                    size_t count)
{
    enum { FIELDS_MOST = 12 };
    struct record_field fields[FIELDS_MOST];
    struct record table = {.fields = fields, .size = all->size};
    size_t left_out = bench_engines_differ(rows, count) ? offsetof(struct bench_row, epoch_seconds)
                                                        : offsetof(struct bench_row, engine);
    for (size_t i = 0; i < all->count; i++) {
        if (all->fields[i].offset != left_out) {
            fields[table.count++] = all->fields[i];
        }
    }
    return record_print(&table, rows, count);
}

/* The lines below the table. */
static void print_verdicts(const struct bench_row *rows, size_t count)
{
    char text[TEXT];
    bench_fastest(text, sizeof text, rows, count);
    putchar('\n');
    print_line("fastest", text);
    bench_compare_engines(text, sizeof text, rows, count);
    if (text[0] != '\0') {
        print_line("engines", text);
    }
    bench_tell_shares(text, sizeof text, rows, count);
    if (text[0] != '\0') {
        print_line("threads", text);
    }
}

static enum exit_status print_network(const struct bench_row *rows, size_t count, bool details)
{
    char text[TEXT];
    snprintf(text, sizeof text, "%s, %s, %s, %s", rows->layers, rows->activation, rows->optimizer,
             rows->data);
    for (size_t i = 0; i < count && (i == 0 || !text_same(rows[i].engine, rows->engine)); i++) {
        text_append(text, sizeof text, "%s %s (%s)", i == 0 ? "; engine" : " and", rows[i].engine,
                    rows[i].kernels);
    }
    controls_remove(text);
    putchar('\n');
    print_line("network", text);
    CLI_TRY(print_table(&MAIN_TABLE, rows, count));
    print_verdicts(rows, count);
    if (details) {
        putchar('\n');
        CLI_TRY(print_table(&SPEED_TABLE, rows, count));
        putchar('\n');
        CLI_TRY(print_table(&BOUND_TABLE, rows, count));
    }
    return DONE;
}

/* A median lies within the range of n measurements unless all are on one side of it: with the
 * confidence 1 - 2^(1-n), whatever their distribution (David and Nagaraja, "Order statistics",
 * section 7.1). */
static void explain_rates(const struct bench_row *row, bool epochs)
{
    char text[512], samples[TEXT_SIZE];
    snprintf(text, sizeof text, "training: loader, forward, loss, backward, update");
    if (row->repeats > 1.0) {
        text_append(text, sizeof text,
                    "; median of %.0f repeats, ± the farthest of them: their range holds the "
                    "median with %.3g %% confidence",
                    row->repeats, fmin(100.0 - 100.0 * exp2(1.0 - row->repeats), 99.9));
    }
    print_line("samples/s", text);
    if (epochs) {
        snprintf(text, sizeof text, "%s samples", text_whole(samples, row->epoch_samples));
        print_line("epoch", text);
    }
    print_line("of bound", "samples/s over those of the matrix products of its steps alone, "
                           "computed by OpenBLAS");
    print_line("of peak", "the products' floating-point operations over those that fused "
                          "multiply-adds in registers make, as measured here");
}

static void explain_busy(const struct bench_row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (rows[i].busy != NULL) {
            print_line("busy", BENCH_BUSY_HELP);
            return;
        }
    }
}

static void explain_details(void)
{
    print_line("best cut", "how the products were cut over threads for the bound: as training "
                           "itself does (engine), or OpenBLAS's plain products by outputs, by "
                           "samples or not at all (none)");
    print_line("plain", "samples/s of OpenBLAS's plain products alone, without the engine's");
    print_line("memory", "of the trainer");
}

enum exit_status bench_print(const struct bench_machine *machine, const struct bench_row *rows,
                             size_t count, bool details)
{
    print_machine(machine);
    for (size_t i = 0, n; i < count; i += n) {
        n = count_rows(rows + i, count - i);
        CLI_TRY(print_network(rows + i, n, details));
    }
    putchar('\n');
    explain_rates(rows, !bench_engines_differ(rows, count));
    if (!isnan(rows->augment_ratio)) {
        print_line("augmented", "samples/s over those on the images as they are (unaugmented), "
                                "measured in turn");
    }
    explain_busy(rows, count);
    if (details) {
        explain_details();
    }
    return DONE;
}

static json_t *peaks_to_json(const struct bench_machine *machine)
{
    json_t *peaks = json_array();
    for (size_t i = 0; i < machine->count; i++) {
        cli_json_append(&peaks, json_pack("{s:i, s:f, s:f}", "threads", machine->peaks[i].threads,
                                          "gflops", machine->peaks[i].product, "fp32_gflops",
                                          machine->peaks[i].multiply_add));
    }
    return peaks;
}

enum exit_status bench_print_json(const struct bench_machine *machine, const struct bench_row *rows,
                                  size_t count)
{
    return cli_print_json(json_pack("{s:s, s:i, s:s, s:o, s:o}", "processor", machine->processor,
                                    "processors", machine->processors, "products",
                                    machine->products, "peaks", peaks_to_json(machine), "rows",
                                    record_array(&BENCH_ROW, rows, count)));
}
