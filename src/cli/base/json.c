/*
 * Results as JSON: one object on one line, for programs. Nine digits tell any two floats apart.
 */
#include "cli/base/json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum exit_status cli_print_json(json_t *object)
{
    char *text = json_dumps(object, JSON_REAL_PRECISION(9));
    json_decref(object);
    if (text == NULL) {
        return cli_failed("cannot make JSON: a text in it is not UTF-8, or memory is out");
    }
    puts(text);
    free(text);
    return DONE;
}

json_t *cli_json_number(double number)
{
    return isfinite(number) ? json_real(number) : json_null();
}
