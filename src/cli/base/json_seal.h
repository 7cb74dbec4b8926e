/*
 * JSON files with a checksum of themselves, in which a damaged bit is found.
 *
 *     {
 *       "checksum": "1c291ca3",
 *       …
 *
 * It is the CRC-32 (zlib's) of all bytes behind that line. A file without the line is read as it
 * is: those of earlier versions have none, and somebody who edits a file takes it out.
 */
#ifndef DESCENT_CLI_JSON_SEAL_H
#define DESCENT_CLI_JSON_SEAL_H

#include <jansson.h>
#include <stdbool.h>

/* The text of an object with its checksum, to be freed; reals have so many digits. NULL where a
 * text is not UTF-8, or memory is out. */
char *json_seal(const json_t *object, size_t digits);

/* Takes the checksum out of an object that was read from a text; false where it is not the text's.
 */
bool json_unseal(json_t *object, const char *text, size_t size);

#endif
