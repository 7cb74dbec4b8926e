/*
 * What the names in a file of C begin with.
 */
#include "cli/base/text.h"
#include "cli/export/export.h"

#include <ctype.h>
#include <string.h>

void export_stem(char *name, size_t size, const char *path)
{
    static const char *const GENERAL = "/model.safetensors";
    size_t length = strlen(path);
    if (text_ends_in(path, GENERAL)) {
        length -= strlen(GENERAL);
    }
    while (length > 1 && path[length - 1] == '/') {
        length--;
    }
    size_t from = length;
    while (from > 0 && path[from - 1] != '/') {
        from--;
    }
    snprintf(name, size, "%.*s", (int)(length - from), path + from);
    char *point = strrchr(name, '.');
    if (point != NULL && point != name) {
        *point = '\0';
    }
}

/* Words that are none of the program's own would not compile: with _ behind, all names do. */
static void make_identifier(char *name, size_t size, const char *from)
{
    size_t count = 0;
    if (!isalpha((unsigned char)from[0])) {
        count = (size_t)snprintf(name, size, "net_");
    }
    for (; *from != '\0' && count + 1 < size; from++) {
        unsigned char byte = (unsigned char)*from;
        name[count++] = isalnum(byte) && byte < 128 ? (char)byte : '_';
    }
    name[count] = '\0';
}

enum exit_status export_name(struct exporting *exporting)
{
    char from[256];
    const struct export_options *options = &exporting->options;
    const char *asked = options->name, *file = options->c != NULL ? options->c : options->header;
    export_stem(from, sizeof from, file != NULL ? file : exporting->path);
    make_identifier(exporting->name, sizeof exporting->name, asked != NULL ? asked : from);
    if (asked != NULL && strcmp(exporting->name, asked) != 0) {
        return cli_usage("--name: expected a letter, then letters, digits and _, %zu at most, "
                         "found \"%s\"; such as %s",
                         sizeof exporting->name - 1, asked, exporting->name);
    }
    bool made = strcmp(exporting->name, from) != 0;
    if (asked == NULL && made && file != NULL) {
        progress_say(&exporting->display,
                     "names begin with %s_, since \"%s\" is none in C; --name "
                     "gives others",
                     exporting->name, from);
    }
    return DONE;
}
