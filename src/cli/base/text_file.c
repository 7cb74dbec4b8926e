/*
 * Text gathered in memory, then saved at once.
 */
#include "cli/base/text_file.h"

#include <descent/file.h>

#include <stdlib.h>

enum exit_status text_file_open(struct text_file *file, const char *path)
{
    *file = (struct text_file){.path = path};
    file->out = open_memstream(&file->text, &file->size);
    return file->out != NULL ? DONE : cli_failed("%s: out of memory", path);
}

enum exit_status text_file_save(struct text_file *file)
{
    enum exit_status status = DONE;
    if (fclose(file->out) != 0) {
        status = cli_failed("%s: out of memory", file->path);
    } else if (descent_file_save(file->path, file->text, file->size) != DESCENT_OK) {
        status = cli_library_failed();
    }
    free(file->text);
    file->text = NULL;
    return status;
}
