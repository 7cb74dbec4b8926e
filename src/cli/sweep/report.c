/*
 * What a study shows.
 */
#include "cli/sweep/study.h"

#include "cli/base/table.h"

enum exit_status study_report(const struct study *study)
{
    struct table table = {.alignment = "rrrr"};
    table_add(&table, "%s", "trial");
    table_add(&table, "%s", "seed");
    table_add(&table, "%s", "validation loss");
    table_add(&table, "%s", "accuracy");
    for (size_t t = 0; t < study->trial_count; t++) {
        table_add(&table, "%zu", t + 1);
        table_add(&table, "%ju", (uintmax_t)study->trials[t].seed);
        table_add(&table, "%.6f", study->outcomes[t].validation_loss);
        table_add(&table, "%.4f", study->outcomes[t].validation_accuracy);
    }
    return table_print(&table);
}
