/*
 * Tables for people, one a network, and one JSON object for programs.
 */
#include "cli/bench/report.h"

#include "cli/base/record.h"
#include "cli/base/table.h"
#include "cli/base/text.h"

#include <descent/bench.h>

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

/* The processor's name as Linux tells it; false where it does not. */
static bool read_processor(char *name, size_t size)
{
    FILE *file = fopen("/proc/cpuinfo", "r");
    char line[512];
    bool found = false;
    while (file != NULL && !found && fgets(line, sizeof line, file) != NULL) {
        const char *colon = strchr(line, ':');
        if (strncmp(line, "model name", 10) == 0 && colon != NULL) {
            colon += strspn(colon, ": \t");
            snprintf(name, size, "%.*s", (int)strcspn(colon, "\n"), colon);
            found = true;
        }
    }
    if (file != NULL) {
        fclose(file);
    }
    return found;
}

void bench_machine_init(struct bench_machine *machine)
{
    struct utsname system;
    *machine = (struct bench_machine){.processors = descent_bench_processors()};
    descent_bench_describe_blas(machine->products, sizeof machine->products);
    if (!read_processor(machine->processor, sizeof machine->processor)) {
        snprintf(machine->processor, sizeof machine->processor, "%s",
                 uname(&system) >= 0 ? system.machine : "unknown");
    }
    cli_remove_controls(machine->processor);
    cli_remove_controls(machine->products);
}

static void print_machine(const struct bench_machine *machine)
{
    printf("processor  %s, %d processor%s\n", machine->processor, machine->processors,
           machine->processors == 1 ? "" : "s");
    printf("products   %s\n", machine->products);
    printf("peak       ");
    for (size_t i = 0; i < machine->count; i++) {
        printf("%s%.0f GFLOP/s on %d thread%s", i == 0 ? "" : ", ", machine->peak_gflops[i],
               machine->threads[i], machine->threads[i] == 1 ? "" : "s");
    }
    putchar('\n');
}

static void add_heading(struct table *table, bool augmented)
{
    static const char *const headings[] = {
        "batch",   "threads",  "samples/s", "lowest",   "highest",  "ms/step", "GFLOP/s",
        "of peak", "of bound", "bound",     "best cut", "of plain", "memory"};
    for (size_t i = 0; i < sizeof headings / sizeof headings[0]; i++) {
        table_add(table, "%s", headings[i]);
    }
    if (augmented) {
        table_add(table, "unaugmented");
        table_add(table, "of that");
    }
}

static void add_rate(struct table *table, double rate)
{
    char text[TEXT_SIZE];
    table_add(table, "%s", text_count(text, (uint64_t)rate));
}

static void add_row(struct table *table, const struct bench_row *row)
{
    table_add(table, "%.0f", row->batch);
    table_add(table, "%.0f", row->threads);
    add_rate(table, row->samples_per_second);
    add_rate(table, row->samples_per_second_min);
    add_rate(table, row->samples_per_second_max);
    table_add(table, "%.4g", row->milliseconds);
    table_add(table, "%.1f", row->gflops);
    table_add(table, "%.2f", row->peak_ratio);
    table_add(table, "%.2f", row->bound_ratio);
    add_rate(table, row->bound);
    table_add(table, "%s", row->bound_cut);
    table_add(table, "%.2f", row->plain_ratio);
    table_add(table, "%.1f MB", row->bytes / 1e6);
    if (!isnan(row->augment_ratio)) {
        add_rate(table, row->unaugmented);
        table_add(table, "%.2f", row->augment_ratio);
    }
}

/* The rows of one network, which stand together; *next gets the first row behind them. */
static enum exit_status print_network(const struct bench_row *rows, size_t count, size_t *next)
{
    const struct bench_row *first = &rows[*next];
    bool augmented = !isnan(first->augment_ratio);
    struct table table = {.alignment = augmented ? "rrrrrrrrrrlrrrr" : "rrrrrrrrrrlrr"};
    printf("\n%s, %s, %s, %s\n", first->layers, first->activation, first->optimizer, first->data);
    add_heading(&table, augmented);
    for (; *next < count && strcmp(rows[*next].layers, first->layers) == 0; ++*next) {
        add_row(&table, &rows[*next]);
    }
    return table_print(&table);
}

enum exit_status bench_print(const struct bench_machine *machine, const struct bench_row *rows,
                             size_t count)
{
    enum exit_status status = DONE;
    print_machine(machine);
    for (size_t next = 0; next < count && status == DONE;) {
        status = print_network(rows, count, &next);
    }
    puts("\n"
         "samples/s      training: loader (with DATA), forward, loss, backward, update; median of\n"
         "               the repeats, with the lowest and highest\n"
         "of peak        its GFLOP/s over those of a large product on as many threads\n"
         "of bound       its samples/s over the bound: those of the matrix products of its steps\n"
         "               alone, by the best cut over threads: as training itself does (engine),\n"
         "               or of OpenBLAS's plain products by outputs, by samples or not at all\n"
         "               (none)\n"
         "of plain       the same without the engine's: OpenBLAS's plain products\n"
         "memory         of the trainer");
    if (count > 0 && !isnan(rows[0].augment_ratio)) {
        puts(
            "unaugmented    samples/s on the images as they are, measured in turn with the others");
    }
    return status;
}

static json_t *peaks_to_json(const struct bench_machine *machine)
{
    json_t *peaks = json_array();
    for (size_t i = 0; i < machine->count; i++) {
        json_array_append_new(peaks, json_pack("{s:i, s:f}", "threads", machine->threads[i],
                                               "gflops", machine->peak_gflops[i]));
    }
    return peaks;
}

enum exit_status bench_print_json(const struct bench_machine *machine, const struct bench_row *rows,
                                  size_t count)
{
    return cli_print_json(json_pack("{s:s, s:i, s:s, s:o, s:o}", "processor", machine->processor,
                                    "processors", machine->processors, "products",
                                    machine->products, "peaks", peaks_to_json(machine), "rows",
                                    bench_rows_to_json(rows, count)));
}
