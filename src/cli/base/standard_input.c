/*
 * Reads the standard input into a buffer that grows.
 */
#include "cli/base/standard_input.h"

#include <stdio.h>
#include <stdlib.h>

/* Doubles the buffer's room; false where memory is out. */
static bool grow(struct standard_input *input, size_t *room)
{
    size_t wanted = *room == 0 ? (size_t)1 << 16 : 2 * *room;
    char *bytes = realloc(input->bytes, wanted);
    if (bytes != NULL) {
        input->bytes = bytes;
        *room = wanted;
    }
    return bytes != NULL;
}

static enum exit_status fill(struct standard_input *input, size_t limit)
{
    size_t room = 0;
    while (input->size <= limit && !feof(stdin)) {
        if (input->size + 1 >= room && !grow(input, &room)) {
            return cli_failed("%s: out of memory after %zu bytes", STANDARD_INPUT, input->size);
        }
        input->size += fread(input->bytes + input->size, 1, room - input->size - 1, stdin);
        if (ferror(stdin)) {
            return cli_failed("%s: cannot be read", STANDARD_INPUT);
        }
    }
    if (input->size > limit) {
        return cli_failed("%s: expected at most %zu bytes, found more", STANDARD_INPUT, limit);
    }
    return DONE;
}

enum exit_status standard_input_read(struct standard_input *input, size_t limit)
{
    *input = (struct standard_input){0};
    enum exit_status status = fill(input, limit);
    if (status == DONE) {
        input->bytes[input->size] = '\0';
    } else {
        free(input->bytes);
        *input = (struct standard_input){0};
    }
    return status;
}
