/*
 * The network as a page.
 */
#include "cli/base/controls.h"
#include "cli/export/export.h"
#include "cli/predict/predict.h"

#include <descent/export.h>
#include <stdio.h>
#include <string.h>

/* What was asked for, or the data's name, or the model's. */
static void find_title(char *title, size_t size, const struct exporting *exporting)
{
    const char *asked = exporting->options.title;
    snprintf(title, size, "%s", asked != NULL ? asked : "");
    if (title[0] == '\0') {
        export_data_name(title, size, exporting);
    }
    if (title[0] == '\0') {
        export_stem(title, size, exporting->path);
    }
    controls_remove(title);
}

enum exit_status export_page(struct export_bytes *made, const struct exporting *exporting)
{
    const struct trained_model *trained = &exporting->trained;
    char title[EXPORT_FACT_SIZE];
    struct export_facts found = {0};
    descent_export_fact facts[EXPORT_FACTS_MAX];
    struct predict_shape shape = {0};
    find_title(title, sizeof title, exporting);
    export_facts_find(&found, exporting);
    for (size_t i = 0; i < found.count; i++) {
        controls_remove(found.rows[i].text);
        facts[i] = (descent_export_fact){found.rows[i].term, found.rows[i].text};
    }
    predict_shape_of(&shape, trained);
    const descent_export_page_config config = {
        .title = title,
        .height = shape.height,
        .width = shape.width,
        .channels = shape.channels,
        .as_mnist = trained->as_mnist && shape.channels == 1,
        .black = trained->black,
        .white = trained->white,
        .facts = facts,
        .fact_count = found.count,
    };
    CLI_TRY_LIBRARY(descent_export_page(&made->bytes, trained->predictor, &config));
    made->size = strlen(made->bytes);
    return DONE;
}
