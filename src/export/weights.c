#include "export/weights.h"

#include "base/fail.h"

#include <math.h>

descent_status descent_export_check(const descent_model *model, size_t most, const char *instead)
{
    size_t count = descent_model_parameter_count(model);
    const float *parameters = descent_model_parameters(model);
    if (count > most) {
        return descent_fail(DESCENT_ERROR_INVALID,
                            "export: expected at most %zu parameters, found %zu: %s", most, count,
                            instead);
    }
    for (size_t i = 0; i < count; i++) {
        if (!isfinite(parameters[i])) {
            return descent_fail(DESCENT_ERROR_INVALID,
                                "export: expected finite weights, found %s as parameter %zu",
                                isnan(parameters[i]) ? "nan" : "an infinite one", i + 1);
        }
    }
    return DESCENT_OK;
}
