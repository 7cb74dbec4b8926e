/*
 * The network as C.
 */
#include "cli/export/export.h"

#include <descent/export.h>
#include <string.h>

typedef descent_status make_text(char **text, const descent_predictor *predictor,
                                 const descent_export_c_config *config);

static enum exit_status make(struct export_bytes *made, const struct exporting *exporting,
                             make_text *text)
{
    char about[EXPORT_ABOUT_SIZE];
    export_about(about, sizeof about, exporting);
    const descent_export_c_config config = {
        .name = exporting->name, .about = about, .int8 = exporting->int8};
    CLI_TRY_LIBRARY(text(&made->bytes, exporting->trained.predictor, &config));
    made->size = strlen(made->bytes);
    return DONE;
}

enum exit_status export_c(struct export_bytes *made, const struct exporting *exporting)
{
    return make(made, exporting, descent_export_c);
}

enum exit_status export_header(struct export_bytes *made, const struct exporting *exporting)
{
    return make(made, exporting, descent_export_c_header);
}
