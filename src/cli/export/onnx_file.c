/*
 * The network as ONNX.
 */
#include "cli/export/export.h"

#include <descent/export.h>

enum exit_status export_onnx(struct export_bytes *made, const struct exporting *exporting)
{
    unsigned char *bytes;
    CLI_TRY_LIBRARY(descent_export_onnx(&bytes, &made->size, exporting->trained.predictor));
    made->bytes = (char *)bytes;
    return DONE;
}
