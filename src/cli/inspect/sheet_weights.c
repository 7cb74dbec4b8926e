/*
 * A sheet of a model's first layer: for each hidden unit its weights as a picture, which shows what
 * the unit looks for. Grey is 0; each unit is scaled by its own largest weight.
 */
#include "cli/inspect/inspect.h"
#include "cli/inspect/sheet.h"

#include <math.h>

/* Units that are shown: more than that says no more. */
enum { UNITS_MAX = 500 };

static enum exit_status put_unit(struct sheet *sheet, const descent_layer *layer, size_t unit)
{
    const float *weights = layer->weights + unit * layer->inputs;
    double largest = 0.0;
    for (size_t i = 0; i < layer->inputs; i++) {
        largest = fmax(largest, fabs((double)weights[i]));
    }
    sheet->high = largest > 0.0 ? largest : 1.0; /* all grey where all are 0 */
    sheet->low = -sheet->high;
    return sheet_put(sheet, unit / SHEET_COLUMNS, unit % SHEET_COLUMNS, weights);
}

static enum exit_status fill(struct sheet *sheet, const struct trained_model *trained)
{
    descent_layer layer = descent_model_layer(trained->model, 0);
    size_t units = layer.outputs < UNITS_MAX ? layer.outputs : UNITS_MAX;
    size_t rows = (units + SHEET_COLUMNS - 1) / SHEET_COLUMNS;
    CLI_TRY(sheet_create(sheet, &trained->shape, rows, trained->path));
    for (size_t unit = 0; unit < units; unit++) {
        CLI_TRY(put_unit(sheet, &layer, unit));
    }
    return DONE;
}

enum exit_status inspect_save_weights(const struct trained_model *trained, const char *path)
{
    struct sheet sheet = {.low = 0.0};
    if (!trained->has_shape) {
        return cli_failed("%s: --sheet: expected the shape of the samples in the metadata "
                          "(input_shape), found none",
                          trained->path);
    }
    enum exit_status status = fill(&sheet, trained);
    if (status == DONE) {
        status = cli_library(descent_image_save(path, &sheet.image));
    }
    sheet_free(&sheet);
    return status;
}
