/*
 * Charts on the terminal and in files, the same for every command that draws.
 */
#include "cli/plot/chart_output.h"

#include <descent/file.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* A chart as wide as a wide terminal is hard to read, and a narrow one has no room for curves. */
enum { COLUMNS_MIN = 60, COLUMNS_MAX = 120 };

enum exit_status chart_format_of(enum chart_format *format, const char *path)
{
    static const char *const EXTENSIONS[] = {
        [CHART_TEXT] = ".txt", [CHART_PNG] = ".png", [CHART_SVG] = ".svg"};
    size_t length = strlen(path);
    for (size_t f = 0; f < sizeof EXTENSIONS / sizeof EXTENSIONS[0]; f++) {
        if (length > 4 && strcmp(path + length - 4, EXTENSIONS[f]) == 0) {
            *format = (enum chart_format)f;
            return DONE;
        }
    }
    return cli_usage("--out: expected a file name ending in .png, .svg or .txt, found \"%s\"",
                     path);
}

size_t chart_terminal_width(void)
{
    struct winsize window;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &window) != 0 || window.ws_col == 0) {
        return 0;
    }
    size_t width = window.ws_col < COLUMNS_MIN ? COLUMNS_MIN : window.ws_col;
    return width > COLUMNS_MAX ? COLUMNS_MAX : width;
}

enum exit_status chart_print(const struct chart *chart)
{
    char *bytes;
    size_t size;
    enum exit_status status = chart_render(&bytes, &size, chart, CHART_TEXT);
    if (status == DONE) {
        fwrite(bytes, 1, size, stdout);
    }
    free(bytes);
    return status;
}

enum exit_status chart_save(const struct chart *chart, enum chart_format format, const char *path,
                            bool quiet)
{
    char *bytes;
    size_t size;
    enum exit_status status = chart_render(&bytes, &size, chart, format);
    if (status == DONE && descent_file_save(path, bytes, size) != DESCENT_OK) {
        status = cli_library_failed();
    }
    if (status == DONE && !quiet) {
        fprintf(stderr, "%s written\n", path);
    }
    free(bytes);
    return status;
}
