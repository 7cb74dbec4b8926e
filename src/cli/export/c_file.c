/*
 * The network as C.
 */
#include "cli/export/export.h"

#include <descent/export.h>
#include <string.h>

typedef descent_status make_text(char **text, const descent_predictor *predictor,
                                 const descent_export_c_config *config);

static enum exit_status make(struct export_bytes *made, const struct export *export,
                             make_text *text)
{
    const descent_export_c_config config = {.name = export->name};
    CLI_TRY_LIBRARY(text(&made->bytes, export->trained.predictor, &config));
    made->size = strlen(made->bytes);
    return DONE;
}

enum exit_status export_c(struct export_bytes *made, const struct export *export)
{
    return make(made, export, descent_export_c);
}

enum exit_status export_header(struct export_bytes *made, const struct export *export)
{
    return make(made, export, descent_export_c_header);
}
