/*
 * Tables for people, one a network, and one JSON object for programs.
 */
#include "cli/bench/bench.h"

#include "cli/base/machine.h"

#include <descent/bench.h>

#include <math.h>
#include <stdio.h>
#include <string.h>

void bench_machine_init(struct bench_machine *machine)
{
    *machine = (struct bench_machine){.processors = descent_bench_processors()};
    descent_bench_describe_blas(machine->products, sizeof machine->products);
    machine_processor(machine->processor, sizeof machine->processor);
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

/* The rows of the first network, which stand together; returns how many they are. */
static size_t count_rows(const struct bench_row *rows, size_t count)
{
    size_t n = 0;
    while (n < count && strcmp(rows[n].layers, rows[0].layers) == 0) {
        n++;
    }
    return n;
}

enum exit_status bench_print(const struct bench_machine *machine, const struct bench_row *rows,
                             size_t count)
{
    print_machine(machine);
    for (size_t i = 0, n; i < count; i += n) {
        n = count_rows(rows + i, count - i);
        printf("\n%s, %s, %s, %s\n", rows[i].layers, rows[i].activation, rows[i].optimizer,
               rows[i].data);
        CLI_TRY(record_print(&BENCH_ROW, rows + i, n));
    }
    puts(
        "\n"
        "samples/s      training: loader, forward, loss, backward, update; median of the repeats,\n"
        "               with the lowest and highest\n"
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
    return DONE;
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
                                    record_array(&BENCH_ROW, rows, count)));
}
