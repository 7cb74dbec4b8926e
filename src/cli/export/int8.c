/*
 * The network in bytes.
 */
#include "cli/base/source.h"
#include "cli/evaluate/evaluation.h"
#include "cli/export/export.h"

#include <stdlib.h>

static enum exit_status round_by(struct exporting *exporting, const char *folder)
{
    const struct trained_model *trained = &exporting->trained;
    struct source_options options = {0};
    descent_dataset *train = NULL;
    enum exit_status status = option_defaults(&SOURCE_TABLE, &options);
    status = status == DONE ? source_recall(&options, trained) : status;
    if (status == DONE) {
        descent_source source;
        source_init(&source, &options, &exporting->display);
        source.part = DESCENT_PART_TRAIN;
        status = source_follow_model(&source, trained);
        status = status == DONE ? source_load(&train, folder, &source) : status;
    }
    status = status == DONE ? evaluation_check(trained, train, folder) : status;
    if (status == DONE) {
        status = cli_library(descent_int8_create(&exporting->int8, trained->predictor, train));
    }
    descent_dataset_destroy(train);
    option_free_values(&SOURCE_TABLE, &options);
    return status;
}

enum exit_status export_int8(struct exporting *exporting)
{
    const char *data = exporting->options.int8;
    if (data == NULL) {
        return DONE;
    }
    char *folder = cli_data_find(data);
    enum exit_status status = folder != NULL ? round_by(exporting, folder) : FAILED;
    free(folder);
    return status;
}
